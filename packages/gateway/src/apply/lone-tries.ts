import { setTimeout as delay } from 'node:timers/promises';
import { HeadraceError, type Log } from '@headrace/base';
import type { PartitionKeys } from '../append/buffer-keys-port.ts';
import { readScript, type RedisPort } from '../append/redis-port.ts';
import type { TakenEntry } from '../take/entry-port.ts';
import { backOffMs } from './back-off.ts';

const script = readScript(new URL('./note-lone-1.lua', import.meta.url));

/**
 * Longer than it takes to start a worker that fell again and again. A note whose entry was settled
 * by an owner that died before it took the note back goes away by this.
 */
const keptMs = 3_600_000;

export interface LoneTriesOptions {
  readonly redis: RedisPort;
  readonly log: Log;
  readonly partition: PartitionKeys;
  readonly token: string;
}

/**
 * Notes in Redis which entry is run alone, so that the next owner knows what the last one died of.
 * A note that stays means a death: whoever lives takes it back.
 */
export class LoneTries {
  readonly #options: LoneTriesOptions;

  constructor(options: LoneTriesOptions) {
    this.#options = options;
  }

  /**
   * @param isOpen false ends the attempts to reach Redis
   * @returns how many owners have run the entry alone without coming to a verdict, this one
   *   included; undefined when it could not be noted, so may not be run
   */
  async note(entry: TakenEntry, isOpen: () => boolean): Promise<number | undefined> {
    const { redis, log, partition, token } = this.#options;
    const values = [partition.lease, partition.loneTries, token, nameOf(entry), String(keptMs)];
    for (let attempts = 1; isOpen(); attempts += 1) {
      try {
        return (await redis.run(script, 2, values)) as number;
      } catch (cause) {
        // Whoever owns the partition by now learns of the entry as this owner did.
        if (cause instanceof HeadraceError && cause.details['code'] === 'FENCED') return undefined;
        log.warn({ partition: partition.at, cause }, 'A suspect write could not be noted yet.');
        await delay(backOffMs(attempts));
      }
    }
    return undefined;
  }

  /** Takes the note back: the entry has a verdict, or its owner outlived it. */
  async forget(entry: TakenEntry): Promise<void> {
    const { redis, log, partition } = this.#options;
    try {
      await redis.command('HDEL', partition.loneTries, nameOf(entry));
    } catch (cause) {
      log.warn({ partition: partition.at, cause }, 'The note on a suspect write stays.');
    }
  }
}

function nameOf({ tenant, id }: TakenEntry): string {
  return `${id.toString('latin1')} ${tenant}`;
}
