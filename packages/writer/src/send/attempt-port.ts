import type { Batch } from '../gather/batch-runner-port.ts';
import type { PendingWrite } from '../gather/pending-write-port.ts';
import type { Judgement } from './judge-port.ts';

/** What is still open of a batch, to be sent once. */
export interface BatchAttempt {
  readonly batch: Batch;
  readonly writes: readonly PendingWrite[];
  /** Number of the slot within its tier and mode. */
  readonly slot: number;
  /** Counts from 1. */
  readonly number: number;
  /** Says why nothing is certain yet, for callers whose deadline comes before the attempt ends. */
  readonly note: (reason: string) => void;
}

/** One way of sending the open writes of a batch. */
export interface AttemptPort {
  /**
   * Whether a write must be taken for sent as soon as its attempt begins; otherwise the attempt
   * itself says so, in `knowledge`, before it sends what may store it.
   */
  readonly sendsAtOnce: boolean;
  /** Ends when every write of the attempt has a verdict or is known to need another attempt. */
  attempt(request: BatchAttempt): Promise<Judgement>;
}
