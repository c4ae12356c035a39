import type { PendingWrite } from './pending-write-port.ts';
import type { Mode, Tier } from './write-port.ts';

/** Writes sent together: one namespace, one tier, one mode. Each document once. */
export interface Batch {
  readonly namespace: string;
  readonly tier: Tier;
  readonly mode: Mode;
  readonly writes: readonly PendingWrite[];
}

/** Carries a batch to the database until the outcome of each of its writes is certain. */
export interface BatchRunner {
  /**
   * Never rejects: it ends when every write of the batch is done.
   * @param slot number of the slot within its tier and mode; a slot owns one session
   * @param done told for each write once its outcome is certain and it has been answered
   */
  run(batch: Batch, slot: number, done: (pending: PendingWrite) => void): Promise<void>;
}
