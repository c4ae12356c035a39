import type { MongoClient } from 'mongodb';

/** A way to send documents to MongoDB. @typeParam Input what its caller has in hand */
export interface Sender<Input = unknown> {
  /** From an order's text to what the caller has in hand; before anything is measured. */
  prepare(text: string): Input;
  /**
   * Sends a batch in one command; what is done here is what is measured.
   * @param slot which of the commands that may be under way at the same time it is
   * @returns documents that the server says it has inserted
   */
  send(batch: readonly Input[], slot: number): Promise<number>;
  close(): Promise<void>;
}

/** Where a sender sends. */
export interface SendTarget {
  /** As the cases that use the driver use it. */
  readonly client: MongoClient;
  readonly uri: string;
  readonly database: string;
  readonly collection: string;
  /** Most connections it needs. */
  readonly inFlight: number;
}

/** The durability of the tier `strong`, which every case asks for. */
export const STRONG = { w: 'majority', journal: true, wtimeoutMS: 5_000 } as const;
