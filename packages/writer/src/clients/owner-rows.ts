import {
  type Binary,
  type Collection,
  type Db,
  type Document,
  type MongoClient,
  type UUID,
  WriteConcern,
} from 'mongodb';

/** A process that writes, as the others see it. */
export interface OwnerRow {
  readonly _id: UUID;
  /** The ids of the sessions its transactions run on. */
  readonly sessions: readonly Binary[];
  /** Numbers of the partitions it works off. */
  readonly partitions: readonly number[];
  /** When it last said that it lives, by the server's clock. */
  readonly beat: Date;
}

/** Bounds each call, a write to a socket that is gone included. */
const timeoutMS = 5_000;
/** Three beats missed. */
const staleAfterMs = 6_000;
const keptSeconds = 86_400;

/** Both times are the server's, so no two clocks are compared. */
const isStale: Document = {
  $expr: {
    $lt: [
      '$beat',
      { $dateSubtract: { startDate: '$$NOW', unit: 'millisecond', amount: staleAfterMs } },
    ],
  },
};

/** The collection `owners`, and the sessions that its rows name. */
export class OwnerRows {
  readonly #client: MongoClient;
  readonly #rows: Collection<OwnerRow>;

  /** @param database `mongodb.database` */
  constructor(client: MongoClient, database: Db) {
    this.#client = client;
    this.#rows = database.collection<OwnerRow>('owners', {
      writeConcern: new WriteConcern('majority', undefined, true),
      timeoutMS,
    });
  }

  async createIndexes(): Promise<void> {
    await this.#rows.createIndexes([{ key: { beat: 1 }, expireAfterSeconds: keptSeconds }]);
  }

  /** Writes a row, and makes it again where it is gone; its beat is now. */
  async write({ _id, sessions, partitions }: Omit<OwnerRow, 'beat'>): Promise<void> {
    await this.#rows.updateOne(
      { _id },
      { $set: { sessions, partitions }, $currentDate: { beat: true } },
      { upsert: true },
    );
  }

  async remove(_id: UUID): Promise<void> {
    await this.#rows.deleteOne({ _id });
  }

  /** The rows of others that have not said for a while that they live. */
  async stale(self: UUID): Promise<OwnerRow[]> {
    return await this.#rows.find({ _id: { $ne: self }, ...isStale }).toArray();
  }

  /** The rows of others that name one of these partitions. */
  async naming(partitions: readonly number[], self: UUID): Promise<OwnerRow[]> {
    return await this.#rows.find({ _id: { $ne: self }, partitions: { $in: partitions } }).toArray();
  }

  /**
   * Ends the transactions of a process, then takes its row away, if it is stale still. Two who do
   * this at once do no harm, nor does it to a process that lives: it runs its transactions again.
   * Only sessions of our own MongoDB user are ended, which needs no privilege.
   */
  async end({ _id, sessions }: OwnerRow): Promise<void> {
    // An empty list would end every session of the user.
    if (sessions.length > 0) {
      const ids = sessions.map((id) => ({ id }));
      await this.#client.db('admin').command({ killSessions: ids }, { timeoutMS });
    }
    await this.#rows.deleteOne({ _id, ...isStale });
  }
}
