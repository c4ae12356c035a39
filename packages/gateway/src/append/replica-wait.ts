import { HeadraceError, type Log } from '@headrace/base';
import type { RedisPort } from './redis-port.ts';

/**
 * The connection stands still while Redis waits, so a replica that is gone must not hold up the
 * appends of every partition until their deadlines; one that lives confirms within milliseconds.
 */
const waitAtMostMs = 1_000;

export interface ReplicaWaitOptions {
  readonly redis: RedisPort;
  /** `redis.minReplicas`, at least 1. */
  readonly minReplicas: number;
  /** Name that may be written to whenever something has to be written. */
  readonly mark: string;
  readonly log: Log;
}

/**
 * Waits until replicas hold what was appended. WAIT speaks of what its own connection wrote, so it
 * is sent in the same turn as the answer came, before that connection can have been replaced.
 */
export class ReplicaWait {
  readonly minReplicas: number;
  readonly #options: ReplicaWaitOptions;
  #next: Promise<number> | undefined;
  #needsMark = false;

  constructor(options: ReplicaWaitOptions) {
    this.#options = options;
    this.minReplicas = options.minReplicas;
  }

  /**
   * How many replicas hold a group that was answered just now.
   * @param isReplay whether some of it had been there before: this connection may have written none
   * of it, and WAIT promises nothing of what others wrote
   * @throws HeadraceError `redis-lost`
   */
  countHolding(isReplay: boolean): Promise<number> {
    if (isReplay) this.#needsMark = true;
    this.#next ??= this.#ask();
    return this.#next;
  }

  /** The groups of one call are answered in one turn, and share the question. */
  async #ask(): Promise<number> {
    await new Promise<void>((resolve) => {
      process.nextTick(resolve);
    });
    const { redis, minReplicas, mark, log } = this.#options;
    const needsMark = this.#needsMark;
    this.#next = undefined;
    this.#needsMark = false;
    try {
      // Both leave at once, so that they go the same way.
      const marked = needsMark ? redis.command('SET', mark, '1') : undefined;
      const waited = redis.command('WAIT', String(minReplicas), String(waitAtMostMs));
      const [replicas] = await Promise.all([waited, marked]);
      return replicas as number;
    } catch (error) {
      if (!(error instanceof HeadraceError) || error.code !== 'redis-refused') throw error;
      log.warn({ cause: error }, 'Redis can not be asked what its replicas hold.');
      return 0;
    }
  }
}
