import { boundedCall } from '@headrace/writer';
import {
  Binary,
  type ClientSession,
  type Collection,
  type Db,
  type Document,
  type MongoClient,
} from 'mongodb';
import type { DeadLetter, DeadLetterHead, DeadLetterId, DeadLetterPart } from './dead-letter.ts';
import { writeConcern } from './record-write-concern.ts';

/** Parts kept so lately may still get their letter. */
const usableForMinutes = 30;
/** Far enough above it that no transaction that saw them usable is still open. */
const sweptAfterMinutes = 60;
/** Parts of no known age are young. */
const heldAt: Document = { $ifNull: ['$at', '$$NOW'] };
const majority = { readConcern: 'majority' } as const;

/** The collection `deadLetterParts`: what of long frames does not lie in their letters. */
export class LetterParts {
  readonly #client: MongoClient;
  readonly #parts: Collection<DeadLetterPart>;
  readonly #letters: Collection<DeadLetter>;

  /** @param database `mongodb.database` */
  constructor(client: MongoClient, database: Db) {
    this.#client = client;
    this.#parts = database.collection<DeadLetterPart>('deadLetterParts', { writeConcern });
    this.#letters = database.collection<DeadLetter>('deadLetters');
  }

  /**
   * Keeps the further parts of long frames. Before their letters, and in no transaction: together
   * they may be more than a server holds of one. Should no letter follow, they lie there unused until they
   * are swept.
   */
  async keep(parts: readonly DeadLetterPart[]): Promise<void> {
    for (const { _id, bytes } of parts) {
      const update = { $setOnInsert: { bytes }, $currentDate: { at: true } } as const;
      await boundedCall(this.#client, () =>
        this.#parts.updateOne({ _id }, update, { upsert: true }),
      );
    }
  }

  /** Whether all of these are there and will be when the transaction of their letters ends. */
  async areUsable(parts: readonly DeadLetterPart[], session: ClientSession): Promise<boolean> {
    if (parts.length === 0) return true;
    const filter = {
      _id: { $in: parts.map(({ _id }) => _id) },
      $expr: { $gt: [heldAt, minutesAgo(usableForMinutes)] },
    };
    const usable = await boundedCall(this.#client, (signal) =>
      this.#parts.find(filter, { projection: { _id: 1 }, session, signal }).toArray(),
    );
    return usable.length === parts.length;
  }

  /**
   * Deletes parts whose letter was never written, or is gone: a process killed in between leaves
   * them. One that has a letter is never touched, so a replay finds what it reads.
   * @returns how many these were
   */
  async sweep(): Promise<number> {
    const isOld = { $expr: { $lt: [heldAt, minutesAgo(sweptAfterMinutes)] } };
    const old = await boundedCall(this.#client, (signal) =>
      this.#parts.find(isOld, { projection: { _id: 1 }, ...majority, signal }).toArray(),
    );
    let swept = 0;
    for (const { _id } of old) {
      if (await this.#hasLetter(_id)) continue;
      // Whoever buries it again meanwhile has made it young.
      const { deletedCount } = await boundedCall(this.#client, () =>
        this.#parts.deleteOne({ _id, ...isOld }),
      );
      swept += deletedCount;
    }
    return swept;
  }

  async #hasLetter({ w, f }: DeadLetterPart['_id']): Promise<boolean> {
    const letter = await boundedCall(this.#client, (signal) =>
      this.#letters.findOne({ _id: { w, f } }, { projection: { _id: 1 }, ...majority, signal }),
    );
    return letter !== null;
  }

  /** The bytes behind those of the letter itself. */
  async of({ _id, parts = 0 }: DeadLetterHead): Promise<Uint8Array[]> {
    const bytes: Uint8Array[] = [];
    for (const part of partIds(_id, parts)) {
      const found = await boundedCall(this.#client, (signal) =>
        this.#parts.findOne({ _id: part }, { ...majority, signal }),
      );
      if (found !== null) bytes.push(found.bytes.buffer);
    }
    return bytes;
  }

  async drop({ _id, parts = 0 }: DeadLetterHead): Promise<void> {
    for (const part of partIds(_id, parts)) {
      await boundedCall(this.#client, () => this.#parts.deleteOne({ _id: part }));
    }
  }
}

/** By the server's clock. */
function minutesAgo(amount: number): Document {
  return { $dateSubtract: { startDate: '$$NOW', unit: 'minute', amount } };
}

function partIds({ w, f }: DeadLetterId, parts: number): DeadLetterPart['_id'][] {
  return Array.from({ length: parts }, (_, n) => ({ w, f: new Binary(f.buffer), n: n + 1 }));
}
