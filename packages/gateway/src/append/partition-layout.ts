import type { Log } from '@headrace/base';
import { gatewayErrors } from '../errors.ts';
import type { BufferKeys } from './buffer-keys-port.ts';
import type { RedisPort } from './redis-port.ts';

const firstGeneration = '1';

export interface PartitionLayoutOptions {
  readonly redis: RedisPort;
  readonly keys: BufferKeys;
  /** `redis.prefix`, for the message. */
  readonly prefix: string;
  readonly log: Log;
}

/** How many partitions there are, as agreed by all processes through Redis. */
export class PartitionLayout {
  readonly #options: PartitionLayoutOptions;
  #generation = firstGeneration;
  #refreshing = false;

  constructor(options: PartitionLayoutOptions) {
    this.#options = options;
  }

  get generation(): string {
    return this.#generation;
  }

  /**
   * Lays the partitions out when nobody has yet, and reads the layout in force.
   * @throws HeadraceError `partitions-differ`
   */
  async agree(): Promise<void> {
    const { redis, keys, prefix } = this.#options;
    const configured = String(keys.partitions.length);
    // The count decides who was first; a generation set by the loser of that race is the same one.
    await redis.command('HSETNX', keys.meta, 'partitions', configured);
    await redis.command('HSETNX', keys.meta, 'gen', firstGeneration);
    const reply = await redis.command('HMGET', keys.meta, 'partitions', 'gen');
    const [stored, generation] = (reply as Buffer[]).map(String) as [string, string];
    if (stored !== configured) {
      throw gatewayErrors.create('partitions-differ', { stored, configured, prefix });
    }
    await Promise.all(
      keys.partitions.map(({ meta }) => redis.command('HSETNX', meta, 'gen', generation)),
    );
    this.#generation = generation;
  }

  /** Agrees again, after a refusal: the layout changed, or Redis came back empty. */
  refresh(): void {
    if (this.#refreshing) return;
    this.#refreshing = true;
    this.agree()
      .catch((cause: unknown) => {
        this.#options.log.error({ cause }, 'The layout of the buffer can not be agreed on.');
      })
      .finally(() => {
        this.#refreshing = false;
      });
  }
}
