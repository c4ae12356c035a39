import { HeadraceError, type Log } from '@headrace/base';
import type { BufferDurability } from '../accept/lanes-port.ts';
import { gatewayErrors } from '../errors.ts';
import type { RedisPort } from './redis-port.ts';

const readAgainAfterMs = 10_000;

export interface DurabilityWatchOptions {
  readonly redis: RedisPort;
  readonly log: Log;
  /** What the operator says where CONFIG GET is forbidden. */
  readonly declaredFsync: 'always' | 'everysec' | 'no' | undefined;
}

/**
 * Knows how far Redis can be trusted now. Read again every ten seconds, because CONFIG SET and a
 * replica that joins change what a receipt may say without any reconnect.
 */
export class DurabilityWatch {
  readonly #options: DurabilityWatchOptions;
  #current: BufferDurability = { fsync: 'unknown', mayLoseOnFailover: true };
  #isCluster = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: DurabilityWatchOptions) {
    this.#options = options;
  }

  get current(): BufferDurability {
    return this.#current;
  }

  /** Whether the names of different partitions may lie on different nodes. */
  get isCluster(): boolean {
    return this.#isCluster;
  }

  /** @throws HeadraceError `eviction-allowed`: a queued write could vanish */
  async start(): Promise<void> {
    const policy = await this.#setting('maxmemory-policy');
    if (policy !== undefined && policy !== 'noeviction') {
      throw gatewayErrors.create('eviction-allowed', { policy });
    }
    await this.#read();
    this.#timer = setInterval(() => {
      this.#read().catch((cause: unknown) => {
        this.#options.log.warn({ cause }, 'The durability of Redis can not be read.');
      });
    }, readAgainAfterMs);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #read(): Promise<void> {
    const appendonly = await this.#setting('appendonly');
    const appendfsync = await this.#setting('appendfsync');
    const fsync = readFsync(appendonly, appendfsync) ?? this.#options.declaredFsync ?? 'unknown';
    this.#current = { fsync, mayLoseOnFailover: await this.#mayLoseOnFailover() };
  }

  /** Undefined where CONFIG is forbidden or renamed. */
  async #setting(name: string): Promise<string | undefined> {
    const reply = await refusedIsUndefined(this.#options.redis.command('CONFIG', 'GET', name));
    const value = (reply as Buffer[] | undefined)?.[1];
    return value?.toString();
  }

  /**
   * Replication is asynchronous, so any replica that could be promoted may lack the write. Only a
   * master outside a cluster, without a replica at this moment, has nobody to fail over to.
   */
  async #mayLoseOnFailover(): Promise<boolean> {
    const { redis } = this.#options;
    const replication = await refusedIsUndefined(redis.command('INFO', 'replication'));
    const cluster = await refusedIsUndefined(redis.command('INFO', 'cluster'));
    const text = `${String(replication)}\n${String(cluster)}`;
    this.#isCluster = text.includes('cluster_enabled:1');
    const alone = ['role:master', 'connected_slaves:0', 'cluster_enabled:0'];
    return !alone.every((line) => text.includes(line));
  }
}

function readFsync(
  appendonly: string | undefined,
  appendfsync: string | undefined,
): BufferDurability['fsync'] | undefined {
  if (appendonly === 'no') return 'no';
  if (appendfsync === 'always' || appendfsync === 'everysec' || appendfsync === 'no') {
    return appendfsync;
  }
  return undefined;
}

async function refusedIsUndefined(call: Promise<unknown>): Promise<unknown> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof HeadraceError && error.code === 'redis-refused') return undefined;
    throw error;
  }
}
