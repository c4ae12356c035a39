import { UUID, WriteConcern, type Collection, type Db } from 'mongodb';
import { boundedCall } from '../clients/bounded-call-port.ts';
import type { LedgerEntry, LedgerPort, LedgerRow } from './ledger-port.ts';

/** The window of 24 hours and one more, so that a row outlives every entry it may be asked for. */
const keptSeconds = 25 * 3_600;

/** The collection `ledger`: what became of writes, by write id (protocol B). */
export class Ledger implements LedgerPort {
  readonly #database: Db;
  readonly #rows: Collection<LedgerRow>;

  /** @param database `mongodb.database` */
  constructor(database: Db) {
    this.#database = database;
    this.#rows = database.collection<LedgerRow>('ledger', {
      writeConcern: new WriteConcern('majority', 5_000, true),
    });
  }

  async createIndexes(): Promise<void> {
    await this.#rows.createIndexes([
      { key: { at: 1 }, expireAfterSeconds: keptSeconds },
      { key: { ns: 1, doc: 1, sid: -1 }, partialFilterExpression: { sid: { $exists: true } } },
    ]);
  }

  async find(writeIds: readonly string[]): Promise<ReadonlyMap<string, LedgerEntry>> {
    const rows = await boundedCall(this.#database.client, (signal) =>
      this.#rows
        .find(
          { _id: { $in: writeIds.map((writeId) => new UUID(writeId)) } },
          {
            projection: { fp: 1, st: 1, r: 1 },
            readConcern: 'majority',
            readPreference: 'primary',
            signal,
          },
        )
        .toArray(),
    );
    return new Map(rows.map((row) => [row._id.toString(), row]));
  }
}
