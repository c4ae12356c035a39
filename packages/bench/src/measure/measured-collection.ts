import { Decimal128, type Collection, type MongoClient } from 'mongodb';
import { patchedId } from '../drive/patch-body.ts';
import { benchErrors } from '../errors.ts';

/** The shipped default of `mongodb.database`. */
const LEDGER = { database: 'headrace', collection: 'ledger' };
const POLL_EVERY_MS = 100;
/** Equal counts in a row that mean nothing is under way any more. */
const EQUAL_COUNTS = 4;
const SETTLE_WITHIN_SECONDS = 60;

/** The collection that is written to, seen from outside. */
export class MeasuredCollection {
  readonly #client: MongoClient;
  readonly #orders: Collection;

  constructor(client: MongoClient, names: { database: string; collection: string }) {
    const { database, collection } = names;
    this.#client = client;
    this.#orders = client.db(database).collection(collection);
  }

  get #ledger(): Collection {
    return this.#client.db(LEDGER.database).collection(LEDGER.collection);
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

  /** Makes it with so many orders, to be patched. */
  async fill(documents: number): Promise<void> {
    await this.renew();
    const orders = Array.from({ length: documents }, (_, at) => ({
      _id: patchedId(at + 1),
      orderId: `order-${String(at).padStart(8, '0')}`,
      placedAt: new Date(1_767_225_600_000 + at),
      total: Decimal128.fromString('19.99'),
      status: 'pending',
    }));
    await this.#orders.insertMany(orders);
  }

  /** Forgets the writes that Headrace has recorded; no process of it may be running. */
  async dropLedger(): Promise<void> {
    await this.#ledger.drop();
  }

  /** Writes recorded in Headrace's ledger as done. */
  async countRecorded(): Promise<number> {
    return await this.#ledger.countDocuments({ st: 'done' });
  }

  /** Documents updated since the server started, by its own counter. */
  async countUpdated(): Promise<number> {
    const status = await this.#client.db('admin').command({ serverStatus: 1 });
    const metrics = status['metrics'] as { document: { updated: number } };
    return metrics.document.updated;
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
   * @param count of what they change; documents unless told
   * @throws HeadraceError `wait-too-long`
   */
  async settled(count = () => this.countNow()): Promise<void> {
    const deadlineMs = performance.now() + SETTLE_WITHIN_SECONDS * 1_000;
    let last = -1;
    for (let equal = 0; equal < EQUAL_COUNTS;) {
      const now = await count();
      equal = now === last ? equal + 1 : 0;
      last = now;
      if (performance.now() > deadlineMs) {
        const what = 'no more writes come in';
        throw benchErrors.create('wait-too-long', { what, seconds: SETTLE_WITHIN_SECONDS });
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_EVERY_MS));
    }
  }
}
