import type { PartitionKeys } from '../append/buffer-keys-port.ts';

/** One write as it lay in a stream. */
export interface TakenEntry {
  readonly tenant: string;
  readonly id: Buffer;
  readonly frame: Buffer;
  /** A former owner may have read it too, so it may have its final state already. */
  readonly suspect: boolean;
}

/** What the work on a partition tells the reader of it. */
export interface PartitionReader {
  /** The entry left Redis. */
  released(entry: TakenEntry): void;
  /** The entry stays in Redis for a newer worker, and out of our window. */
  left(entry: TakenEntry): void;
  /**
   * Asks Redis whether the partition is still ours, and keeps it for another lease. Needed before
   * anything is recorded that a new owner would not find equal, such as a dead letter.
   * Rejects when Redis can not be asked.
   */
  confirmOwned(): Promise<boolean>;
  /** Another worker owns the partition: everything in hand is to be dropped. */
  fenced(): void;
}

/** What is done with the entries of one partition, from its lease to the loss of it. */
export interface PartitionWork {
  /** Takes entries over in stream order. */
  accept(entries: readonly TakenEntry[]): void;
  /** Starts nothing more; resolves when nothing is at the database and all results are recorded. */
  drain(): Promise<void>;
  /** Drops everything: the next owner finds it in Redis or recorded. */
  abandon(): void;
}

export interface PartitionWorkOptions {
  readonly partition: PartitionKeys;
  /** Proves to Redis that the partition is ours. */
  readonly token: string;
  /** Former owners ended again and again: suspect entries are run one at a time. */
  readonly careful: boolean;
  readonly reader: PartitionReader;
}

export type OpenPartitionWork = (options: PartitionWorkOptions) => PartitionWork;
