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

interface Layout {
  readonly partitions: string;
  readonly generation: string;
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
    // Read first: a worker has to start on a Redis that is full, or that would never be drained.
    const stored = (await this.#read()) ?? (await this.#layOut(configured));
    if (stored.partitions !== configured) {
      throw gatewayErrors.create('partitions-differ', {
        stored: stored.partitions,
        configured,
        prefix,
      });
    }
    await Promise.all(
      keys.partitions.map(async ({ meta }) => {
        if ((await redis.command('HEXISTS', meta, 'gen')) === 1) return;
        await redis.command('HSETNX', meta, 'gen', stored.generation);
      }),
    );
    this.#generation = stored.generation;
  }

  async #read(): Promise<Layout | undefined> {
    const { redis, keys } = this.#options;
    const reply = await redis.command('HMGET', keys.meta, 'partitions', 'gen');
    const [partitions, generation] = reply as (Buffer | null)[];
    if (!partitions || !generation) return undefined;
    return { partitions: String(partitions), generation: String(generation) };
  }

  /** Where several processes start at once, the first one decides. */
  async #layOut(partitions: string): Promise<Layout> {
    const { redis, keys } = this.#options;
    await redis.command('HSETNX', keys.meta, 'partitions', partitions);
    await redis.command('HSETNX', keys.meta, 'gen', firstGeneration);
    return (await this.#read()) ?? { partitions, generation: firstGeneration };
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
