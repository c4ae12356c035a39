import type { HeadraceError } from '@headrace/base';

/** The durability a caller wants. */
export type Tier = 'eventual' | 'balanced' | 'strong';

/** Who chose the document's `_id`: the caller, the idempotency key, or chance. */
export type IdOrigin = 'caller' | 'derived' | 'random';

/** One operation on one document, encoded once and never decoded on its way. */
export interface Write {
  readonly op: 'insert';
  readonly tenant: string;
  /** `database.collection` */
  readonly namespace: string;
  readonly tier: Tier;
  /** UUID text: v8 from the idempotency key, v7 without one. */
  readonly writeId: string;
  /** Whether the caller gave an idempotency key. */
  readonly keyed: boolean;
  readonly idOrigin: IdOrigin;
  /** Canonical `_id`: equal for two writes exactly when MongoDB takes them for one document. */
  readonly canonicalId: string;
  /** The whole document as BSON, `_id` first. */
  readonly document: Uint8Array;
  /** SHA-256 of operation, target and BSON; computed on first use. */
  readonly fingerprint: Buffer;
  /** On the monotonic clock, in milliseconds: not sent by then, never sent. */
  readonly deadlineAtMs: number;
}

/** What the database has promised about an applied write. */
export interface Guarantee {
  readonly w: number | 'majority';
  /** `requested` where it can not be known that the server honours it. */
  readonly j: true | 'requested';
  /** True when `tiers.allowLower` lowered the tier the caller asked for. */
  readonly lowered: boolean;
}

/**
 * How one write ended. `not-written` is no state of a write: nothing of it is stored anywhere, and
 * it may be sent again; the others are the states of the receipt.
 */
export type Verdict =
  | {
      readonly state: 'applied';
      /** The document was there already, equal to this one. */
      readonly replayed: boolean;
      readonly guarantee: Guarantee;
    }
  | {
      readonly state: 'rejected' | 'below-tier' | 'unknown' | 'not-written';
      readonly error: HeadraceError;
    };

/** Told exactly once how a write ended. */
export type Settle = (verdict: Verdict) => void;
