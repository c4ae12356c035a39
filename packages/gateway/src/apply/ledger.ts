import { type Binary, UUID, type ClientSession, type Collection, type Db } from 'mongodb';
import type { Operation } from '@headrace/writer';
import { writeConcern } from './record-write-concern.ts';

/** Final state of a write: applied, refused to its caller, or dead letter. */
export type LedgerState = 'done' | 'rejected' | 'dead';

/** The record of a write id in MongoDB. */
export interface LedgerRow {
  readonly _id: UUID;
  readonly tenant: string;
  readonly fp: Binary;
  readonly ns: string;
  /** Canonical `_id` of the document. */
  readonly doc: string;
  readonly op: Operation;
  readonly st: LedgerState;
  readonly r: { readonly code: string; readonly n: number };
  /** Stream id of its entry. */
  readonly sid: string;
  readonly at: Date;
}

/** The window of 24 hours and one more, so that a row outlives every entry it may be asked for. */
const keptSeconds = 25 * 3_600;

/** The collection `ledger`: what became of writes, by write id. */
export class Ledger {
  readonly #rows: Collection<LedgerRow>;

  /** @param database `mongodb.database` */
  constructor(database: Db) {
    this.#rows = database.collection<LedgerRow>('ledger', { writeConcern });
  }

  async createIndexes(): Promise<void> {
    await this.#rows.createIndexes([
      { key: { at: 1 }, expireAfterSeconds: keptSeconds },
      { key: { ns: 1, doc: 1, sid: -1 }, partialFilterExpression: { sid: { $exists: true } } },
    ]);
  }

  /** The states of those write ids that have a row; one find. */
  async find(writeIds: readonly string[]): Promise<ReadonlyMap<string, LedgerState>> {
    const found = this.#rows.find(
      { _id: { $in: writeIds.map((writeId) => new UUID(writeId)) } },
      { projection: { st: 1 }, readConcern: 'majority' },
    );
    const states = new Map<string, LedgerState>();
    for await (const { _id, st } of found) states.set(_id.toString(), st);
    return states;
  }

  /** Adds rows within a transaction; a row that is there already stays as it is. */
  async add(rows: readonly LedgerRow[], session: ClientSession): Promise<void> {
    const upserts = rows.map(({ _id, ...rest }) => ({
      updateOne: { filter: { _id }, update: { $setOnInsert: rest }, upsert: true },
    }));
    await this.#rows.bulkWrite(upserts, { session });
  }
}
