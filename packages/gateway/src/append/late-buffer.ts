import { setTimeout as delay } from 'node:timers/promises';
import { HeadraceError, type Log } from '@headrace/base';
import type { Write } from '@headrace/writer';
import type { AppendAnswer } from '../accept/lanes-port.ts';
import type { BufferKeys } from './buffer-keys-port.ts';
import type { RedisPort } from './redis-port.ts';
import { unavailable } from './refusal.ts';

const tryAgainAfterMs = 1_000;

/** The front of the buffered lane once Redis has been reached. */
export interface OpenBuffer {
  readonly redis: RedisPort;
  readonly keys: BufferKeys;
  append(write: Write, settle: (answer: AppendAnswer) => void): void;
  stop(): Promise<void>;
}

/**
 * The buffered lane of a process that may start while Redis is down: the direct lane serves at
 * once, and queued writes are refused until Redis has been reached.
 */
export class LateBuffer {
  readonly #stopped = new AbortController();
  #buffer: OpenBuffer | undefined;
  #opening: Promise<void> = Promise.resolve();

  /** The buffer, once Redis has been reached. */
  get opened(): OpenBuffer | undefined {
    return this.#buffer;
  }

  get connected(): boolean {
    return this.#buffer?.redis.connected ?? false;
  }

  /**
   * Opens the buffer, now or as soon as Redis answers.
   * @throws HeadraceError whatever is wrong with a Redis that does answer
   */
  async start(open: () => Promise<OpenBuffer>, log: Log): Promise<void> {
    if (await this.#reached(open)) return;
    log.warn({}, 'Redis can not be reached: the tier eventual is refused until it is');
    this.#opening = this.#keepTrying(open, log);
  }

  append(write: Write, settle: (answer: AppendAnswer) => void): void {
    if (this.#buffer !== undefined) {
      this.#buffer.append(write, settle);
      return;
    }
    const error = unavailable();
    queueMicrotask(() => {
      settle({ state: 'not-written', error });
    });
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#opening;
    await this.#buffer?.stop();
  }

  async #reached(open: () => Promise<OpenBuffer>): Promise<boolean> {
    try {
      this.#buffer = await open();
      return true;
    } catch (cause) {
      if (cause instanceof HeadraceError && cause.code === 'redis-lost') return false;
      throw cause;
    }
  }

  async #keepTrying(open: () => Promise<OpenBuffer>, log: Log): Promise<void> {
    const { signal } = this.#stopped;
    for (;;) {
      if (!(await waited(signal))) return;
      try {
        if (!(await this.#reached(open))) continue;
        log.info({}, 'Redis is reached: the tier eventual is served');
        return;
      } catch (cause) {
        log.error({ cause }, 'Redis is reached and can not be used; trying again');
      }
    }
  }
}

/** @returns false when the process stops in the meantime */
async function waited(signal: AbortSignal): Promise<boolean> {
  try {
    await delay(tryAgainAfterMs, undefined, { signal });
    return true;
  } catch (cause) {
    if (!signal.aborted) throw cause;
    return false;
  }
}
