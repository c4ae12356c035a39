import type { ClientSession, MongoClient } from 'mongodb';
import type { EncodedDocument, IdValue } from './encode/bson-port.ts';
import type { IdOrigin, Operation, Settle, Tier, Write } from './gather/write-port.ts';

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

/** A replace, patch or delete whose parts are encoded. */
export interface Change {
  readonly op: Exclude<Operation, 'insert'>;
  readonly id: IdValue;
  /** BSON that begins with `_id`, as `Write.document` describes it. */
  readonly body: Uint8Array;
  readonly upsert: boolean;
  /** Applied twice it would do something else than once, so it needs an idempotency key. */
  readonly needsKey: boolean;
}

/** What is needed to make a write of a change. */
export interface ChangeRequest {
  /** `database.collection`; its `changes` must not be `none`. */
  readonly namespace: string;
  readonly change: Change;
  readonly tier: Tier;
  readonly tenant?: string;
  readonly idempotencyKey?: string | undefined;
  /** How long the write may wait to be sent, in milliseconds; 10,000 unless told. */
  readonly deadlineMs?: number | undefined;
}

/** What a stored frame knows of a write that was prepared earlier, in another process perhaps. */
export interface StoredWrite {
  readonly op: Operation;
  readonly upsert: boolean;
  readonly namespace: string;
  readonly document: Uint8Array;
  readonly writeId: string;
  readonly fingerprint: Buffer;
  readonly keyed: boolean;
  readonly idOrigin: IdOrigin;
  readonly tenant: string;
  readonly deadlineMs: number;
  /** It may have been sent before, by another process. */
  readonly suspect: boolean;
  /** Stream id of its entry. */
  readonly sid: string;
}

/** Where writes go in; both lanes use it. */
export interface WriteDesk {
  /**
   * Gives a document its identity: `_id` when it has none, write id, fingerprint, deadline.
   * @throws HeadraceError `namespace-not-listed`
   */
  prepareInsert(request: InsertRequest): Write;
  /**
   * The same for a replace, patch or delete.
   * @throws HeadraceError `namespace-not-listed`, `collection-insert-only`, `lane-would-reorder`,
   * `idempotency-key-needed`
   */
  prepareChange(request: ChangeRequest): Write;
  /** Makes the write of a stored frame again; its tier is `eventual`. */
  restore(stored: StoredWrite): Write;
  /** Sends a write with whatever waits beside it; `settle` is called once, never synchronously. */
  submit(write: Write, settle: Settle): void;
  /** The driver client underneath, for reads beside the writes. */
  readonly client: MongoClient;
  /** For a worker, which takes partitions over from others. */
  readonly partitions: OwnedPartitions;
  /** For what is recorded beside the writes, as dead letters are. */
  readonly transactions: TransactionsPort;
}

/** Transactions whose sessions the other processes know, and free should this one die (protocol A4). */
export interface TransactionsPort {
  /**
   * Runs `work` in a transaction, at majority and journaled; again, a few times, when somebody else
   * was in its way.
   * @param work sends its calls through `boundedCall`, one after the other, on the session
   * @returns what `work` returns; `false` from it takes everything back
   * @throws MongoError, or the AbortError of `boundedCall`; then it is not known whether it was
   * committed
   */
  run(work: (session: ClientSession) => Promise<boolean>): Promise<boolean>;
}

/** The record of who works off which partitions of a buffer (protocol B2). */
export interface OwnedPartitions {
  /**
   * To be awaited by a new owner before it reads: ends the transactions of former owners, then
   * records these partitions as ours.
   * @param partitions their numbers
   * @throws MongoError
   */
  takeOver(partitions: readonly number[]): Promise<void>;
  /**
   * Records that these are not ours any more, so that their next owner leaves our transactions alone.
   * @throws MongoError
   */
  handBack(partitions: readonly number[]): Promise<void>;
}
