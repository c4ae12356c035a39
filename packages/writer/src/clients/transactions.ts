import { setTimeout as delay } from 'node:timers/promises';
import { MongoError, WriteConcern, type ClientSession, type MongoClient } from 'mongodb';
import type { OwnersPort } from '../send/owners-port.ts';
import type { TransactionsPort } from '../writer-port.ts';
import { boundedCall } from './bounded-call-port.ts';

/** Sessions by name, kept for the life of the process, whose ids are those on record. */
export interface RegisteredSessions {
  of(name: string): ClientSession;
  /** Gives up the session of this name; the next one is on record before it is used. */
  renew(name: string): void;
}

export interface TransactionsOptions {
  readonly client: MongoClient;
  readonly sessions: RegisteredSessions;
  readonly owners: OwnersPort;
}

const maxTries = 5;
const pauseMs = 20;
const writeConflict = 112;
/** Records are as durable as the writes they stand for. */
const writeConcern = new WriteConcern('majority', 5_000, true);

/**
 * Transactions beside the writes, on sessions of their own that are on record as well: what a killed
 * process held through them is freed like the rest (protocol A4). There are as many sessions as
 * transactions ran at once.
 */
export class Transactions implements TransactionsPort {
  readonly #options: TransactionsOptions;
  readonly #free: string[] = [];
  #opened = 0;

  constructor(options: TransactionsOptions) {
    this.#options = options;
  }

  async run(work: (session: ClientSession) => Promise<boolean>): Promise<boolean> {
    const name = this.#free.pop() ?? `beside/${String((this.#opened += 1))}`;
    try {
      for (let tries = 1; ; tries += 1) {
        try {
          return await this.#once(name, work);
        } catch (cause) {
          if (!(cause instanceof MongoError)) throw cause;
          if (cause.code === writeConflict) this.#options.owners.noteConflict();
          if (!cause.hasErrorLabel('TransientTransactionError') || tries === maxTries) throw cause;
          await delay(pauseMs * tries * (0.5 + Math.random()));
        }
      }
    } finally {
      this.#free.push(name);
    }
  }

  async #once(name: string, work: (session: ClientSession) => Promise<boolean>): Promise<boolean> {
    const { client, sessions, owners } = this.#options;
    const session = sessions.of(name);
    await owners.register();
    try {
      session.startTransaction({ writeConcern });
      const isWanted = await work(session);
      if (isWanted) await boundedCall(client, () => session.commitTransaction());
      return isWanted;
    } catch (cause) {
      // A call that was left behind may come back on the session at any time.
      if (isLeftBehind(cause)) sessions.renew(name);
      throw cause;
    } finally {
      await this.#letGo(session);
    }
  }

  /** Takes back what was not committed; a server that is not reached does so by itself. */
  async #letGo(session: ClientSession): Promise<void> {
    if (!session.inTransaction()) return;
    try {
      await boundedCall(this.#options.client, () => session.abortTransaction());
    } catch (cause) {
      if (!isLeftBehind(cause)) throw cause;
    }
  }
}

function isLeftBehind(cause: unknown): boolean {
  return cause instanceof Error && cause.name === 'AbortError';
}
