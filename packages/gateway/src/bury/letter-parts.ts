import { boundedCall } from '@headrace/writer';
import { Binary, type Collection, type Db, type MongoClient } from 'mongodb';
import type { DeadLetterHead, DeadLetterId, DeadLetterPart } from './dead-letter.ts';
import { writeConcern } from './record-write-concern.ts';

const majority = { readConcern: 'majority' } as const;

/** The collection `deadLetterParts`: what of long frames does not lie in their letters. */
export class LetterParts {
  readonly #client: MongoClient;
  readonly #parts: Collection<DeadLetterPart>;

  /** @param database `mongodb.database` */
  constructor(client: MongoClient, database: Db) {
    this.#client = client;
    this.#parts = database.collection<DeadLetterPart>('deadLetterParts', { writeConcern });
  }

  /**
   * Keeps the further parts of long frames. Before their letters, and in no transaction: together
   * they may be more than a server holds of one. Should no letter follow, they lie there unused.
   */
  async keep(parts: readonly DeadLetterPart[]): Promise<void> {
    for (const { _id, bytes } of parts) {
      const update = { $setOnInsert: { bytes } };
      await boundedCall(this.#client, () =>
        this.#parts.updateOne({ _id }, update, { upsert: true }),
      );
    }
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

function partIds({ w, f }: DeadLetterId, parts: number): DeadLetterPart['_id'][] {
  return Array.from({ length: parts }, (_, n) => ({ w, f: new Binary(f.buffer), n: n + 1 }));
}
