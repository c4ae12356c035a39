import type { HeadraceError } from '@headrace/base';
import type { IdValue } from '../encode/bson-port.ts';

/** The durability a caller wants. */
export type Tier = 'eventual' | 'balanced' | 'strong';

/** Who chose the document's `_id`: the caller, the idempotency key, or chance. */
export type IdOrigin = 'caller' | 'derived' | 'random';

export type Operation = 'insert' | 'replace' | 'patch' | 'delete';

/** How a write is sent: in one insert command, or in a transaction that says how each write fared. */
export type Mode = 'insert' | 'transaction';

/** One operation on one document, encoded once and never decoded on its way. */
export interface Write {
  readonly op: Operation;
  /** Whether a replace or patch of an absent document inserts it. */
  readonly upsert: boolean;
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
  /** The `_id` itself. */
  readonly id: IdValue;
  /**
   * BSON that begins with `_id`. Insert and replace: the whole document. Patch: `{_id, merge}` or
   * `{_id, update}`, then `if` where there is a condition. Delete: `{_id}`, then `if`.
   */
  readonly document: Uint8Array;
  /** Whether its outcome is recorded in the ledger, in the transaction that applies it. */
  readonly ledgered: boolean;
  /** May have been sent before, by another process: the ledger is asked before it is sent. */
  readonly suspect: boolean;
  /** Stream id of its entry, in the buffered lane. */
  readonly sid: string | undefined;
  /** SHA-256 of operation, target and BSON; computed on first use. */
  readonly fingerprint: Buffer;
  /** On the monotonic clock, in milliseconds: not sent by then, never sent. */
  readonly deadlineAtMs: number;
}

/** @returns the way of a write: what is no plain insert needs an answer of its own */
export function modeOf(write: Write): Mode {
  return write.op === 'insert' && !write.ledgered ? 'insert' : 'transaction';
}

/** What a change did to its document. */
export interface ChangeResult {
  readonly matched: 0 | 1;
  /** Undefined where the server's totals do not tell it for this write. */
  readonly modified: 0 | 1 | undefined;
  readonly upserted: boolean;
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
      /** This write was applied before: the document was there already, or the ledger says so. */
      readonly replayed: boolean;
      /** What a change did; undefined for an insert. */
      readonly result?: ChangeResult;
      readonly guarantee: Guarantee;
    }
  | {
      readonly state: 'rejected' | 'below-tier' | 'unknown' | 'not-written';
      readonly error: HeadraceError;
      /** The ledger says that this write was refused before. */
      readonly replayed?: boolean;
    };

/** Told exactly once how a write ended. */
export type Settle = (verdict: Verdict) => void;
