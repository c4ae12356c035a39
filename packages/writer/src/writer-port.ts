import type { MongoClient } from 'mongodb';
import type { EncodedDocument } from './encode/bson-port.ts';
import type { IdOrigin, Settle, Tier, Write } from './gather/write-port.ts';

/** What is needed to make a write of a document that is already encoded. */
export interface InsertRequest {
  /** `database.collection`; must be one of the writer's collections. */
  readonly namespace: string;
  /** Encoded with the collection's `reservedBytes`. */
  readonly document: EncodedDocument;
  readonly tier: Tier;
  readonly tenant?: string;
  readonly idempotencyKey?: string | undefined;
  /** How long the write may wait to be sent, in milliseconds; 10,000 unless told. */
  readonly deadlineMs?: number | undefined;
}

/** What a stored frame knows of a write that was prepared earlier, in another process perhaps. */
export interface StoredInsert {
  readonly namespace: string;
  readonly document: Uint8Array;
  readonly writeId: string;
  readonly fingerprint: Buffer;
  readonly keyed: boolean;
  readonly idOrigin: IdOrigin;
  readonly tenant: string;
  readonly deadlineMs: number;
}

/** Where writes go in; both lanes use it. */
export interface WriteDesk {
  /**
   * Gives a document its identity: `_id` when it has none, write id, fingerprint, deadline.
   * @throws HeadraceError `namespace-not-listed`
   */
  prepareInsert(request: InsertRequest): Write;
  /** Makes the write of a stored frame again; its tier is `eventual`. */
  restoreInsert(stored: StoredInsert): Write;
  /** Sends a write with whatever waits beside it; `settle` is called once, never synchronously. */
  submit(write: Write, settle: Settle): void;
  /** The driver client underneath, for reads beside the writes. */
  readonly client: MongoClient;
}
