import { boundedCall, type TransactionsPort } from '@headrace/writer';
import type {
  ClientSession,
  Collection,
  Db,
  Filter,
  MongoClient,
  UpdateFilter,
  UUID,
} from 'mongodb';
import {
  ledgerRowOf,
  type DeadLetter,
  type DeadLetterHead,
  type DeadLetterPart,
} from './dead-letter.ts';
import type { LedgerMarks } from './ledger-marks.ts';
import type { LetterParts } from './letter-parts.ts';

/** Whoever marked a letter and has not come back by then has died. */
const markHoldsMs = 60_000;

/** Who sends a letter again, and since when. */
export interface ReplayMark {
  readonly by: UUID;
  readonly atEpochMs: number;
}

export interface LetterStatesOptions {
  readonly client: MongoClient;
  /** `mongodb.database` */
  readonly database: Db;
  readonly transactions: TransactionsPort;
  readonly marks: LedgerMarks;
  readonly parts: LetterParts;
}

/** The steps of a letter that the ledger goes with, each one transaction. */
export class LetterStates {
  readonly #options: LetterStatesOptions;
  readonly #letters: Collection<DeadLetter>;

  constructor(options: LetterStatesOptions) {
    this.#options = options;
    this.#letters = options.database.collection<DeadLetter>('deadLetters');
  }

  /**
   * Adds letters and the ledger's word on them; one that is there already stays as it is.
   * @param kept the parts of their frames, kept before
   * @returns false when these have lain so long that they may be swept: they are to be kept again
   */
  async add(letters: readonly DeadLetter[], kept: readonly DeadLetterPart[]): Promise<boolean> {
    const { client, transactions, marks, parts } = this.#options;
    const upserts = letters.map(({ _id, ...rest }) => ({
      updateOne: { filter: { _id }, update: { $setOnInsert: rest }, upsert: true },
    }));
    const rows = letters.map((letter) => {
      const { reason, at } = letter;
      return ledgerRowOf(letter, { st: 'dead', code: reason.code, atEpochMs: at.getTime() });
    });
    return await transactions.run(async (session) => {
      if (!(await parts.areUsable(kept, session))) return false;
      await boundedCall(client, () => this.#letters.bulkWrite(upserts, { session }));
      await marks.add(rows, session);
      return true;
    });
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
    return await this.#options.transactions.run(async (session) => {
      const isOurs = await this.#update(free, { $set: { replaying: { by, at } } }, session);
      if (isOurs) await this.#options.marks.reopen(letter, session);
      return isOurs;
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
    await this.#options.transactions.run(async (session) => {
      const ours = { _id: letter._id, 'replaying.by': by };
      const isOurs = await this.#update(ours, update, session);
      if (isOurs) await this.#options.marks.add([row], session);
      return isOurs;
    });
  }

  /** Removes the letter of a write that was applied, and sees to it that the ledger says so. */
  async settle(letter: DeadLetterHead, atEpochMs: number): Promise<void> {
    const { client, transactions, marks, parts } = this.#options;
    const row = ledgerRowOf(letter, { st: 'done', code: 'inserted', atEpochMs });
    const { _id } = letter;
    await transactions.run(async (session) => {
      await boundedCall(client, () => this.#letters.deleteOne({ _id }, { session }));
      await marks.reopen(letter, session);
      // A ledgered write has a row of its own, which stays.
      await marks.add([row], session);
      return true;
    });
    await parts.drop(letter);
  }

  async #update(
    filter: Filter<DeadLetter>,
    update: UpdateFilter<DeadLetter>,
    session: ClientSession,
  ): Promise<boolean> {
    const { matchedCount } = await boundedCall(this.#options.client, () =>
      this.#letters.updateOne(filter, update, { session }),
    );
    return matchedCount === 1;
  }
}
