import type { PendingWrite } from './pending-write-port.ts';
import type { Mode, Tier } from './write-port.ts';

/**
 * Writes sent together: one namespace, one tier, one mode. Each document once, but for the writes
 * that follow another one to theirs: these stand behind it and are applied after it.
 */
export interface Batch {
  readonly namespace: string;
  readonly tier: Tier;
  readonly mode: Mode;
  readonly writes: readonly PendingWrite[];
}

/** What becomes of the writes of a batch. */
export interface BatchEnds {
  /** The outcome is certain and its caller has been answered. */
  readonly done: (pending: PendingWrite) => void;
  /** A follower that has to go by itself; nothing of it was sent. The last of several comes first. */
  readonly sentBack: (follower: PendingWrite) => void;
}

/** Carries a batch to the database until the outcome of each of its writes is certain. */
export interface BatchRunner {
  /**
   * Never rejects: it ends when every write of the batch is done or sent back.
   * @param slot number of the slot within its tier and mode; a slot owns one session
   * @param ends told once for each write
   */
  run(batch: Batch, slot: number, ends: BatchEnds): Promise<void>;
}
