import type { Collection, MongoClient } from 'mongodb';
import { benchErrors } from '../errors.ts';

const POLL_EVERY_MS = 100;
/** Equal counts in a row that mean nothing is under way any more. */
const EQUAL_COUNTS = 4;
const SETTLE_WITHIN_SECONDS = 60;

/** The collection that is written to, seen from outside. */
export class MeasuredCollection {
  readonly #orders: Collection;

  constructor(client: MongoClient, database: string, collection: string) {
    this.#orders = client.db(database).collection(collection);
  }

  get orders(): Collection {
    return this.#orders;
  }

  /** Drops and makes it, once nothing is written to it any more. */
  async renew(): Promise<void> {
    await this.settled();
    await this.#orders.drop();
    await this.#orders.db.createCollection(this.#orders.collectionName);
  }

  async drop(): Promise<void> {
    await this.#orders.drop();
  }

  /** Documents by the server's own book-keeping: at once, however many there are. */
  async countNow(): Promise<number> {
    return await this.#orders.estimatedDocumentCount();
  }

  /** Documents that are there. */
  async count(): Promise<number> {
    return await this.#orders.countDocuments();
  }

  /**
   * Waits for the writes whose callers a driver left at the end of its load.
   * @throws HeadraceError `wait-too-long`
   */
  async settled(): Promise<void> {
    const deadlineMs = performance.now() + SETTLE_WITHIN_SECONDS * 1_000;
    let last = -1;
    for (let equal = 0; equal < EQUAL_COUNTS;) {
      const now = await this.countNow();
      equal = now === last ? equal + 1 : 0;
      last = now;
      if (performance.now() > deadlineMs) {
        const what = 'no more documents come in';
        throw benchErrors.create('wait-too-long', { what, seconds: SETTLE_WITHIN_SECONDS });
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_EVERY_MS));
    }
  }
}
