/** The durability a caller wants: it also chooses the lane, `eventual` the buffered one. */
export type Tier = 'eventual' | 'balanced' | 'strong';

/** What the database has promised about an applied write. */
export interface DirectGuarantee {
  readonly w: number | 'majority';
  /** `requested` where it can not be known that the server honours it. */
  readonly j: true | 'requested';
  /** The gateway's configuration lowered the tier that was asked for. */
  readonly lowered?: true;
}

/** What Redis promises about a queued write now, and what MongoDB will. */
export interface BufferedGuarantee {
  readonly redis: {
    readonly fsync: 'always' | 'everysec' | 'no' | 'unknown';
    readonly mayLoseOnFailover: boolean;
  };
  readonly then: { readonly w: 'majority'; readonly j: 'requested' };
}

interface Accepted {
  readonly writeId: string;
  /** The `_id`: a text or a number, else Extended JSON. */
  readonly id: unknown;
  readonly tier: Tier;
  /** It was there already: from an earlier call under this idempotency key, or an earlier try. */
  readonly replayed: boolean;
  /** Where its state can be asked for. */
  readonly location: string;
}

/** The receipt of a write that MongoDB has acknowledged. */
export interface AppliedReceipt extends Accepted {
  readonly state: 'applied';
  readonly lane: 'direct';
  readonly guaranteed: DirectGuarantee;
  /** Of a change: how many documents it found. */
  readonly matched?: 0 | 1;
  /** Of a change: how many it altered, where the server tells it for this write. */
  readonly modified?: 0 | 1;
  /** Of a change: it inserted the document. */
  readonly upserted?: boolean;
}

/** The receipt of a write that waits in Redis. */
export interface QueuedReceipt extends Accepted {
  readonly state: 'queued';
  readonly lane: 'buffered';
  readonly guaranteed: BufferedGuarantee;
}

/** What is known of a change that found nothing to change: no document, or not in that condition. */
export interface RejectedReceipt {
  readonly state: 'rejected';
  readonly code: 'document-absent' | 'condition-failed';
  readonly writeId: string | undefined;
  readonly replayed: boolean;
}

export type InsertReceipt = AppliedReceipt | QueuedReceipt;
export type ChangeReceipt = AppliedReceipt | QueuedReceipt | RejectedReceipt;

/** The driver's answer to an insert, and the receipt. */
export interface InsertAnswer<Id = unknown> {
  readonly acknowledged: true;
  /** The document's own `_id`, or the one that was made, as text. */
  readonly insertedId: Id;
  readonly receipt: InsertReceipt;
}

/**
 * The driver's answer to a replace or update, and the receipt. Counts are undefined while the write
 * is queued, and `modifiedCount` where the server does not tell it.
 */
export interface UpdateAnswer {
  readonly acknowledged: true;
  readonly matchedCount: number | undefined;
  readonly modifiedCount: number | undefined;
  readonly upsertedCount: number | undefined;
  readonly upsertedId: unknown;
  readonly receipt: ChangeReceipt;
}

/** The driver's answer to a delete, and the receipt. */
export interface DeleteAnswer {
  readonly acknowledged: true;
  /** Undefined while the write is queued. */
  readonly deletedCount: number | undefined;
  readonly receipt: ChangeReceipt;
}

/** @param namedId the `_id` of the filter, handed back as the driver does */
export function updateAnswer(receipt: ChangeReceipt, namedId: unknown): UpdateAnswer {
  const isUpsert = receipt.state === 'applied' && receipt.upserted === true;
  return {
    acknowledged: true,
    matchedCount: matchedCount(receipt),
    modifiedCount: modifiedCount(receipt),
    upsertedCount: receipt.state === 'queued' ? undefined : Number(isUpsert),
    upsertedId: isUpsert ? namedId : null,
    receipt,
  };
}

export function deleteAnswer(receipt: ChangeReceipt): DeleteAnswer {
  return { acknowledged: true, deletedCount: matchedCount(receipt), receipt };
}

function matchedCount(receipt: ChangeReceipt): number | undefined {
  if (receipt.state === 'rejected') return 0;
  if (receipt.state === 'queued') return undefined;
  return receipt.upserted === true ? 0 : receipt.matched;
}

function modifiedCount(receipt: ChangeReceipt): number | undefined {
  if (receipt.state === 'rejected') return 0;
  if (receipt.state === 'queued') return undefined;
  return receipt.upserted === true ? 0 : receipt.modified;
}
