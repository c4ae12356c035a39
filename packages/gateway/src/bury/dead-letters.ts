import {
  Binary,
  type UUID,
  type ClientSession,
  type Collection,
  type Db,
  type Filter,
  type MongoClient,
  type UpdateFilter,
} from 'mongodb';
import { gatewayErrors } from '../errors.ts';
import {
  ledgerRowOf,
  type DeadLetter,
  type DeadLetterHead,
  type DeadLetterId,
  type DeadLetterPart,
} from './dead-letter.ts';
import { inTransaction } from './in-transaction.ts';
import { idTextOf, readIdText } from './letter-id.ts';
import { LedgerMarks } from './ledger-marks.ts';
import { writeConcern } from './record-write-concern.ts';

/** Whoever marked a letter and has not come back by then has died. */
const markHoldsMs = 60_000;
const majority = { readConcern: 'majority' } as const;
const heads = { projection: { entry: 0 }, ...majority } as const;

/** Who sends a letter again, and since when. */
export interface ReplayMark {
  readonly by: UUID;
  readonly atEpochMs: number;
}

/** Which dead letters are meant. */
export interface LetterFilter {
  readonly tenant: string;
  readonly namespace?: string | undefined;
  /** Of the reason. */
  readonly code?: string | undefined;
}

/** The collections `deadLetters` and `deadLetterParts`, and the ledger where both change together. */
export class DeadLetters {
  readonly marks: LedgerMarks;
  readonly #client: MongoClient;
  readonly #letters: Collection<DeadLetter>;
  readonly #parts: Collection<DeadLetterPart>;

  /** @param database `mongodb.database` */
  constructor(client: MongoClient, database: Db) {
    this.#client = client;
    this.marks = new LedgerMarks(database);
    this.#letters = database.collection<DeadLetter>('deadLetters', { writeConcern });
    this.#parts = database.collection<DeadLetterPart>('deadLetterParts', { writeConcern });
  }

  async createIndexes(): Promise<void> {
    await this.#letters.createIndexes([
      { key: { tenant: 1, at: -1, _id: -1 } },
      { key: { '_id.w': 1 } },
    ]);
    await this.marks.createIndexes();
  }

  /**
   * Keeps the further parts of long frames. Before their letters, and in no transaction: together
   * they may be more than a server holds of one. Should no letter follow, they lie there unused.
   */
  async keepParts(parts: readonly DeadLetterPart[]): Promise<void> {
    for (const { _id, bytes } of parts) {
      await this.#parts.updateOne({ _id }, { $setOnInsert: { bytes } }, { upsert: true });
    }
  }

  /** Adds letters and the ledger's word on them; one that is there already stays as it is. */
  async add(letters: readonly DeadLetter[], session: ClientSession): Promise<void> {
    const upserts = letters.map(({ _id, ...rest }) => ({
      updateOne: { filter: { _id }, update: { $setOnInsert: rest }, upsert: true },
    }));
    await this.#letters.bulkWrite(upserts, { session });
    const rows = letters.map((letter) => {
      const { reason, at } = letter;
      return ledgerRowOf(letter, { st: 'dead', code: reason.code, atEpochMs: at.getTime() });
    });
    await this.marks.add(rows, session);
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
    return await this.#letters
      .find({ ...matching(filter), ...older }, { sort, limit, ...heads })
      .toArray();
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
    return await this.#letters
      .find({ $and: [matching(filter), { at: { $lte: until } }, newer] }, { sort, limit, ...heads })
      .toArray();
  }

  /** @throws HeadraceError `dead-letter-unknown` */
  async find(tenant: string, id: string): Promise<DeadLetterHead> {
    const read = readIdText(id);
    const letters =
      read === undefined
        ? []
        : await this.#letters
            .find({ '_id.w': read.writeId, tenant }, { sort: { at: 1 }, ...heads })
            .toArray();
    const named = letters.find((letter) => idTextOf(letter._id) === id);
    const found = named ?? (read?.isBare === true ? letters[0] : undefined);
    if (found === undefined) throw gatewayErrors.create('dead-letter-unknown', { id });
    return found;
  }

  /**
   * The frame of a letter, put together.
   * @throws HeadraceError `dead-letter-unknown` when it is gone
   */
  async frameOf({ _id, parts = 0 }: DeadLetterHead): Promise<Buffer> {
    const letter = await this.#letters.findOne({ _id }, majority);
    if (letter === null) throw gatewayErrors.create('dead-letter-unknown', { id: idTextOf(_id) });
    const bytes = [letter.entry.buffer];
    for (const part of partIds(_id, parts)) {
      const found = await this.#parts.findOne({ _id: part }, majority);
      if (found !== null) bytes.push(found.bytes.buffer);
    }
    return Buffer.concat(bytes);
  }

  /**
   * Marks a letter as being sent again and takes the ledger's word back that it is dead.
   * @returns false when somebody else has marked it, or it is gone
   */
  async mark(letter: DeadLetterHead, { by, atEpochMs }: ReplayMark): Promise<boolean> {
    const at = new Date(atEpochMs);
    const free: Filter<DeadLetter> = {
      _id: letter._id,
      $or: [
        { replaying: { $exists: false } },
        { 'replaying.at': { $lt: new Date(atEpochMs - markHoldsMs) } },
      ],
    };
    return await inTransaction(this.#client, async (session) => {
      const update = { $set: { replaying: { by, at } } };
      const { matchedCount } = await this.#letters.updateOne(free, update, { session });
      if (matchedCount === 1) await this.marks.reopen(letter, session);
      return matchedCount === 1;
    });
  }

  /**
   * Ends a replay that was not applied: the letter stays, and the ledger says `dead` again unless it
   * has learned better.
   * @param reason that of a new refusal
   */
  async putBack(
    letter: DeadLetterHead,
    { by, atEpochMs }: ReplayMark,
    reason?: DeadLetter['reason'],
  ): Promise<void> {
    const update: UpdateFilter<DeadLetter> = {
      $unset: { replaying: 1 },
      ...(reason && { $set: { reason }, $inc: { attempts: 1 } }),
    };
    const { code } = reason ?? letter.reason;
    const row = ledgerRowOf(letter, { st: 'dead', code, atEpochMs });
    await inTransaction(this.#client, async (session) => {
      const ours = { _id: letter._id, 'replaying.by': by };
      const { matchedCount } = await this.#letters.updateOne(ours, update, { session });
      if (matchedCount === 1) await this.marks.add([row], session);
      return matchedCount === 1;
    });
  }

  /** Removes the letter of a write that was applied, and sees to it that the ledger says so. */
  async settle(letter: DeadLetterHead, atEpochMs: number): Promise<void> {
    const row = ledgerRowOf(letter, { st: 'done', code: 'inserted', atEpochMs });
    await inTransaction(this.#client, async (session) => {
      await this.#delete(letter, session);
      await this.marks.reopen(letter, session);
      // A ledgered write has a row of its own, which stays.
      await this.marks.add([row], session);
      return true;
    });
    await this.#dropParts(letter);
  }

  /** @returns false when it was gone already */
  async discard(letter: DeadLetterHead): Promise<boolean> {
    const isThere = await inTransaction(this.#client, (session) => this.#delete(letter, session));
    await this.#dropParts(letter);
    return isThere;
  }

  async #delete({ _id }: DeadLetterHead, session: ClientSession): Promise<boolean> {
    const { deletedCount } = await this.#letters.deleteOne({ _id }, { session });
    return deletedCount === 1;
  }

  async #dropParts({ _id, parts = 0 }: DeadLetterHead): Promise<void> {
    for (const part of partIds(_id, parts)) await this.#parts.deleteOne({ _id: part });
  }
}

function matching({ tenant, namespace, code }: LetterFilter): Filter<DeadLetter> {
  return {
    tenant,
    ...(namespace !== undefined && { ns: namespace }),
    ...(code !== undefined && { 'reason.code': code }),
  };
}

function partIds({ w, f }: DeadLetterId, parts: number): DeadLetterPart['_id'][] {
  return Array.from({ length: parts }, (_, n) => ({ w, f: new Binary(f.buffer), n: n + 1 }));
}
