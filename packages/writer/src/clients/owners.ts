import type { Clock, Log } from '@headrace/base';
import { type Binary, type MongoClient, UUID } from 'mongodb';
import type { OwnersPort } from '../send/owners-port.ts';
import type { OwnedPartitions } from '../writer-port.ts';
import { OwnerRows } from './owner-rows.ts';

export interface OwnersOptions {
  readonly client: MongoClient;
  /** Headrace's own database. */
  readonly database: string;
  /** The ids of all sessions this process runs transactions on; the list may grow. */
  readonly sessions: readonly Binary[];
  readonly clock: Clock;
  readonly log: Log;
}

/** With every beat it looks for the dead too, so what they held is free 8 s after their last. */
const beatEveryMs = 2_000;
/** Less than what makes a row stale: who begins a transaction now can't be taken for dead yet. */
const freshForMs = 4_000;
/** How often a conflict is reason to look sooner. */
const lookEveryMs = 1_000;

/**
 * Keeps this process on record as living, with its sessions and partitions, and ends the
 * transactions of the dead (protocol A4, B2). A process killed inside a transaction would keep its
 * documents locked until the server's limit, 60 s by default.
 */
export class Owners implements OwnersPort, OwnedPartitions {
  readonly processId = new UUID();
  readonly #options: OwnersOptions;
  readonly #rows: OwnerRows;
  readonly #partitions = new Set<number>();
  readonly #heart: NodeJS.Timeout;
  #sentAtMs = -Infinity;
  #sentSessions = 0;
  #lookedAtMs = -Infinity;
  #last: Promise<unknown> = Promise.resolve();
  #next: Promise<void> | undefined;
  #isFailing = false;
  #looking: Promise<void> | undefined;

  private constructor(options: OwnersOptions) {
    this.#options = options;
    this.#rows = new OwnerRows(options.client, options.client.db(options.database));
    this.#heart = setInterval(() => void this.#beat(), beatEveryMs);
  }

  /**
   * Registers this process.
   * @throws MongoError when that is not possible
   */
  static async open(options: OwnersOptions): Promise<Owners> {
    const owners = new Owners(options);
    try {
      await owners.#rows.createIndexes();
      await owners.register();
      return owners;
    } catch (cause) {
      clearInterval(owners.#heart);
      throw cause;
    }
  }

  async register(): Promise<void> {
    const { clock, sessions } = this.#options;
    const isFresh = clock.monotonicMs() - this.#sentAtMs < freshForMs;
    if (!isFresh || sessions.length !== this.#sentSessions) await this.#write();
  }

  noteConflict(): void {
    if (this.#options.clock.monotonicMs() - this.#lookedAtMs >= lookEveryMs) this.#look();
  }

  /**
   * Ends the transactions of every process that has stopped saying that it lives.
   * @returns how many these were
   * @throws MongoError
   */
  async killSessionsOfDead(): Promise<number> {
    const dead = await this.#rows.stale(this.processId);
    await this.#endAll(dead);
    return dead.length;
  }

  async takeOver(partitions: readonly number[]): Promise<void> {
    // Whoever else names one of them has lost its lease, be it dead or alive.
    await this.#endAll(await this.#rows.naming(partitions, this.processId));
    for (const partition of partitions) this.#partitions.add(partition);
    await this.#write();
  }

  async handBack(partitions: readonly number[]): Promise<void> {
    for (const partition of partitions) this.#partitions.delete(partition);
    await this.#write();
  }

  /** Takes this process off the record; its sessions must be at rest. */
  async stop(): Promise<void> {
    clearInterval(this.#heart);
    await this.#last;
    await this.#looking;
    try {
      await this.#rows.remove(this.processId);
    } catch (cause) {
      this.#options.log.warn({ cause }, 'this process could not be taken off the record of owners');
    }
  }

  async #endAll(rows: readonly Parameters<OwnerRows['end']>[0][]): Promise<void> {
    for (const row of rows) {
      await this.#rows.end(row);
      const { sessions, partitions, beat } = row;
      this.#options.log.warn(
        { process: row._id.toString(), sessions: sessions.length, partitions, beat },
        'ended the transactions of a process that died or lost its partitions',
      );
    }
  }

  #look(): void {
    this.#lookedAtMs = this.#options.clock.monotonicMs();
    this.#looking ??= this.#lookForDead();
  }

  async #lookForDead(): Promise<void> {
    try {
      await this.killSessionsOfDead();
    } catch (cause) {
      this.#options.log.warn({ cause }, 'the sessions of dead processes could not be ended');
    } finally {
      this.#looking = undefined;
    }
  }

  async #beat(): Promise<void> {
    try {
      await this.#write();
      this.#isFailing = false;
      this.#look();
    } catch (cause) {
      if (!this.#isFailing) this.#options.log.warn({ cause }, 'the heartbeat could not be written');
      this.#isFailing = true;
    }
  }

  /** One write at a time; what is asked for meanwhile is in the next one. */
  #write(): Promise<void> {
    this.#next ??= this.#last.then(() => {
      this.#next = undefined;
      return this.#send();
    });
    // Whoever asked for the write is told of its failure; the one after it is tried all the same.
    this.#last = this.#next.catch(() => undefined);
    return this.#next;
  }

  async #send(): Promise<void> {
    const { clock, sessions } = this.#options;
    const sentAtMs = clock.monotonicMs();
    const { length } = sessions;
    await this.#rows.write({
      _id: this.processId,
      sessions,
      partitions: [...this.#partitions].sort((a, b) => a - b),
    });
    this.#sentAtMs = sentAtMs;
    this.#sentSessions = length;
  }
}
