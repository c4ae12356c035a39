import { HeadraceClientError } from '@headrace/client';
import { HeadraceError } from '@headrace/base';
import type { Collection, Document } from 'mongodb';

export interface InsertTerms {
  readonly tier?: 'eventual' | 'balanced' | 'strong';
  readonly idempotencyKey?: string;
  readonly deadlineMs?: number;
}

/** What client and library have in common: the driver's shape, and a receipt. */
export interface SharedCollection {
  insertOne(
    document: Document,
    options?: InsertTerms,
  ): Promise<{
    readonly acknowledged: true;
    readonly insertedId: unknown;
    readonly receipt: {
      readonly writeId: string;
      readonly lane: string;
      readonly tier: string;
      readonly state: string;
      readonly replayed: boolean;
      readonly guaranteed: object;
    };
  }>;
}

/** Client or library, set up over a database of its own. */
export interface Subject extends AsyncDisposable {
  readonly database: string;
  /** Any `database.collection`, listed or not. */
  collection(namespace: string): SharedCollection;
}

export interface StoredOrder extends Document {
  _id: string;
}

/** What a case is run with. */
export interface Bench {
  /** Insert-only, its `_id`s are texts; its validator refuses a negative `total`. */
  readonly orders: SharedCollection;
  /** `orders` in the database, by a client of the test's own. */
  readonly stored: Collection<StoredOrder>;
  collection(namespace: string): SharedCollection;
  /** Runs something while the database does not answer. */
  withDatabaseStopped(run: () => Promise<void>): Promise<void>;
}

/** How a call ended: its state, or the status and code of its refusal. */
export async function ending(
  call: Promise<{ readonly receipt: { readonly state: string; readonly replayed: boolean } }>,
): Promise<string> {
  try {
    const { receipt } = await call;
    return receipt.replayed ? `${receipt.state} replayed` : receipt.state;
  } catch (thrown) {
    if (thrown instanceof HeadraceError || thrown instanceof HeadraceClientError) {
      return `${thrown.status} ${thrown.code}`;
    }
    throw thrown;
  }
}
