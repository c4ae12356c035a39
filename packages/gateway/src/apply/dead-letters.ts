import type { Collection, Db, MongoClient } from 'mongodb';
import type { Ledger } from '@headrace/writer';
import { deadLetterOf, ledgerRowOf, type DeadLetter, type Death } from './dead-letter.ts';
import { writeConcern } from './record-write-concern.ts';

const maxTogether = 64;
const maxTogetherBytes = 4_194_304;

interface Burial {
  readonly death: Death;
  readonly done: () => void;
  readonly failed: (cause: unknown) => void;
}

/**
 * The collection `deadLetters`. A dead letter and the ledger row `dead` are one transaction: a
 * write has one final state. What is buried while a transaction runs forms the next one.
 */
export class DeadLetters {
  readonly #client: MongoClient;
  readonly #letters: Collection<DeadLetter>;
  readonly #ledger: Ledger;
  #waiting: Burial[] = [];
  #busy = false;

  /** @param database `mongodb.database` */
  constructor(client: MongoClient, database: Db, ledger: Ledger) {
    this.#client = client;
    this.#ledger = ledger;
    this.#letters = database.collection<DeadLetter>('deadLetters', { writeConcern });
  }

  async createIndexes(): Promise<void> {
    await this.#letters.createIndexes([
      { key: { tenant: 1, at: -1, _id: -1 } },
      { key: { '_id.w': 1 } },
    ]);
  }

  /** Resolves once the dead letter can no longer be lost. Burying one twice is harmless. */
  bury(death: Death): Promise<void> {
    return new Promise((done, failed) => {
      this.#waiting.push({ death, done, failed });
      if (!this.#busy) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#busy = true;
    for (let group = this.#next(); group.length > 0; group = this.#next()) {
      try {
        await this.#record(group.map(({ death }) => death));
        for (const { done } of group) done();
      } catch (cause) {
        for (const { failed } of group) failed(cause);
      }
    }
    this.#busy = false;
  }

  #next(): Burial[] {
    let bytes = 0;
    let count = 0;
    for (const { death } of this.#waiting) {
      bytes += death.entry.frame.length;
      if (count === maxTogether || (count > 0 && bytes > maxTogetherBytes)) break;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  /** The driver's core API: its helper repeats for two minutes, and our back-off repeats already. */
  async #record(deaths: readonly Death[]): Promise<void> {
    const session = this.#client.startSession();
    try {
      session.startTransaction({ writeConcern });
      const upserts = deaths.map(deadLetterOf).map(({ _id, ...rest }) => ({
        updateOne: { filter: { _id }, update: { $setOnInsert: rest }, upsert: true },
      }));
      await this.#letters.bulkWrite(upserts, { session });
      await this.#ledger.add(deaths.map(ledgerRowOf), session);
      await session.commitTransaction();
    } finally {
      // Aborts what was not committed.
      await session.endSession();
    }
  }
}
