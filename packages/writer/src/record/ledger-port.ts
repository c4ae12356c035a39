import type { Binary, UUID } from 'mongodb';
import type { Operation } from '../gather/write-port.ts';

/** Final state of a write: applied, refused to its caller, or dead letter. */
export type LedgerState = 'done' | 'rejected' | 'dead';

/** What came of a write, as it is recorded. */
export interface LedgerResult {
  /** What was done (`inserted`, `patched` ...), or the code of the error. */
  readonly code: string;
  /** Documents matched. */
  readonly n: number;
  /** Documents modified; left out where it is not known. */
  readonly m?: number;
}

/** The record of a write id in MongoDB. */
export interface LedgerRow {
  readonly _id: UUID;
  readonly tenant: string;
  /** Fingerprint: other content under the same write id is another write. */
  readonly fp: Binary;
  readonly ns: string;
  /** Canonical `_id` of the document. */
  readonly doc: string;
  readonly op: Operation;
  readonly st: LedgerState;
  readonly r: LedgerResult;
  /** Stream id of its entry, in the buffered lane. */
  readonly sid?: string;
  readonly at: Date;
}

/** What a look-up of a write id tells. */
export type LedgerEntry = Pick<LedgerRow, '_id' | 'fp' | 'st' | 'r'>;

/** Asks what became of writes. */
export interface LedgerPort {
  /**
   * The entries of those write ids that have one, as the majority of members has them.
   * @throws MongoError when it can't be read; nothing is concluded then
   */
  find(writeIds: readonly string[]): Promise<ReadonlyMap<string, LedgerEntry>>;
}
