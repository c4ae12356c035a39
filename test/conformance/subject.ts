import { HeadraceClientError } from '@headrace/client';
import { HeadraceError } from '@headrace/base';
import type { Collection, Document } from 'mongodb';

export interface InsertTerms {
  readonly tier?: 'eventual' | 'balanced' | 'strong';
  readonly idempotencyKey?: string;
  readonly deadlineMs?: number;
}

export interface ChangeTerms extends InsertTerms {
  readonly upsert?: boolean;
}

interface Receipt {
  readonly state: string;
  readonly replayed: boolean;
}

interface InsertAnswer {
  readonly acknowledged: true;
  readonly insertedId: unknown;
  readonly receipt: Receipt & { readonly writeId: string };
}

interface UpdateAnswer {
  readonly acknowledged: true;
  readonly matchedCount: number | undefined;
  readonly receipt: Receipt;
}

interface DeleteAnswer {
  readonly acknowledged: true;
  readonly deletedCount: number | undefined;
  readonly receipt: Receipt;
}

interface Filter extends Document {
  readonly _id: string;
}

/** What client and library have in common: the driver's shape, and a receipt. */
export interface SharedCollection {
  insertOne(document: Document, terms?: InsertTerms): Promise<InsertAnswer>;
  replaceOne(
    filter: { readonly _id: string },
    document: Document,
    terms?: ChangeTerms,
  ): Promise<UpdateAnswer>;
  updateOne(filter: Filter, update: Document, terms?: ChangeTerms): Promise<UpdateAnswer>;
  patchOne(filter: Filter, patch: Document, terms?: ChangeTerms): Promise<UpdateAnswer>;
  deleteOne(filter: Filter, terms?: InsertTerms): Promise<DeleteAnswer>;
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
  /** Takes changes in the direct lane. */
  readonly changing: SharedCollection;
  /** `changing` in the database. */
  readonly changed: Collection<StoredOrder>;
  collection(namespace: string): SharedCollection;
  /** Runs something while the database does not answer. */
  withDatabaseStopped(run: () => Promise<void>): Promise<void>;
}

/** How a call ended: its state, or the status and code of its refusal. */
export async function ending(call: Promise<{ readonly receipt: Receipt }>): Promise<string> {
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
