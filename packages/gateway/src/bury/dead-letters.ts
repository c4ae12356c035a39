import { boundedCall } from '@headrace/writer';
import type { Collection, Db, Filter, FindOptions, MongoClient } from 'mongodb';
import { gatewayErrors } from '../errors.ts';
import type { DeadLetter, DeadLetterHead } from './dead-letter.ts';
import { idTextOf, readIdText } from './letter-id.ts';
import { LetterParts } from './letter-parts.ts';
import { writeConcern } from './record-write-concern.ts';

const majority = { readConcern: 'majority' } as const;
const heads = { projection: { entry: 0 }, ...majority } as const;

/** Which dead letters are meant. */
export interface LetterFilter {
  readonly tenant: string;
  readonly namespace?: string | undefined;
  /** Of the reason. */
  readonly code?: string | undefined;
}

/** The collection `deadLetters`: what is read of it, and how a letter is thrown away. */
export class DeadLetters {
  readonly #client: MongoClient;
  readonly #letters: Collection<DeadLetter>;
  readonly #parts: LetterParts;

  /** @param database `mongodb.database` */
  constructor(client: MongoClient, database: Db) {
    this.#client = client;
    this.#letters = database.collection<DeadLetter>('deadLetters', { writeConcern });
    this.#parts = new LetterParts(client, database);
  }

  async createIndexes(): Promise<void> {
    await this.#letters.createIndexes([
      { key: { tenant: 1, at: -1, _id: -1 } },
      { key: { '_id.w': 1 } },
    ]);
  }

  /**
   * A page of letters, newest first.
   * @throws HeadraceError `dead-letter-unknown` when `after` names none
   */
  async page(
    filter: LetterFilter,
    { limit, after }: { readonly limit: number; readonly after?: string | undefined },
  ): Promise<DeadLetterHead[]> {
    let older: Filter<DeadLetter> = {};
    if (after !== undefined) {
      const { at, _id } = await this.find(filter.tenant, after);
      older = { $or: [{ at: { $lt: at } }, { at, _id: { $lt: _id } }] };
    }
    const sort = { at: -1, _id: -1 } as const;
    return await this.#read({ ...matching(filter), ...older }, { sort, limit });
  }

  /** Oldest first: the writes of one document in their order. Those of later are left out. */
  async oldest(
    filter: LetterFilter,
    { limit, after, until }: { limit: number; after: DeadLetterHead | undefined; until: Date },
  ): Promise<DeadLetterHead[]> {
    const newer: Filter<DeadLetter> =
      after === undefined
        ? {}
        : { $or: [{ at: { $gt: after.at } }, { at: after.at, _id: { $gt: after._id } }] };
    const sort = { at: 1, _id: 1 } as const;
    const chosen = { $and: [matching(filter), { at: { $lte: until } }, newer] };
    return await this.#read(chosen, { sort, limit });
  }

  /** @throws HeadraceError `dead-letter-unknown` */
  async find(tenant: string, id: string): Promise<DeadLetterHead> {
    const read = readIdText(id);
    const letters =
      read === undefined
        ? []
        : await this.#read({ '_id.w': read.writeId, tenant }, { sort: { at: 1 } });
    const named = letters.find((letter) => idTextOf(letter._id) === id);
    const found = named ?? (read?.isBare === true ? letters[0] : undefined);
    if (found === undefined) throw gatewayErrors.create('dead-letter-unknown', { id });
    return found;
  }

  /**
   * The frame of a letter, put together.
   * @throws HeadraceError `dead-letter-unknown` when it is gone
   */
  async frameOf(head: DeadLetterHead): Promise<Buffer> {
    const { _id } = head;
    const letter = await boundedCall(this.#client, (signal) =>
      this.#letters.findOne({ _id }, { ...majority, signal }),
    );
    if (letter === null) throw gatewayErrors.create('dead-letter-unknown', { id: idTextOf(_id) });
    return Buffer.concat([letter.entry.buffer, ...(await this.#parts.of(head))]);
  }

  /** @returns false when it was gone already */
  async discard(letter: DeadLetterHead): Promise<boolean> {
    const { deletedCount } = await boundedCall(this.#client, () =>
      this.#letters.deleteOne({ _id: letter._id }),
    );
    await this.#parts.drop(letter);
    return deletedCount === 1;
  }

  #read(filter: Filter<DeadLetter>, options: FindOptions): Promise<DeadLetterHead[]> {
    return boundedCall(this.#client, (signal) =>
      this.#letters.find(filter, { ...heads, ...options, signal }).toArray(),
    );
  }
}

function matching({ tenant, namespace, code }: LetterFilter): Filter<DeadLetter> {
  return {
    tenant,
    ...(namespace !== undefined && { ns: namespace }),
    ...(code !== undefined && { 'reason.code': code }),
  };
}
