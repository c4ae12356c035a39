import type { HeadraceError, Log } from '@headrace/base';
import { Redis, type RedisOptions } from 'ioredis';
import type { RedisSettings } from '../configuration-port.ts';
import { gatewayErrors } from '../errors.ts';
import type { RedisArgument, RedisPort, RedisScript } from './redis-port.ts';
import { ScriptCommand } from './script-command.ts';

/** Which server to connect to, and how. */
export type RedisTarget = Pick<
  RedisSettings,
  'uri' | 'sentinels' | 'masterName' | 'sentinelUsername' | 'sentinelPassword' | 'tls'
>;

export interface RedisClientOptions extends RedisTarget {
  readonly log: Log;
  /** A command without an answer for so long is given up; its outcome is then unknown. */
  readonly commandTimeoutMs?: number;
}

type TlsOptions = Pick<RedisOptions, 'tls' | 'sentinelTLS' | 'enableTLSForSentinelMode'>;
type SentinelOptions = Pick<
  RedisOptions,
  'sentinels' | 'name' | 'sentinelUsername' | 'sentinelPassword' | 'sentinelRetryStrategy'
>;

const reconnectFirstMs = 25;
const reconnectAtMostMs = 1_000;

/**
 * The only place that knows the Redis client library, so that it can be changed here. The client
 * repeats nothing: with its defaults a write whose answer was lost is queued twice.
 */
export class RedisClient implements RedisPort {
  readonly #redis: Redis;
  #corked = false;
  #wasConnected = false;
  /** What the library last reported: its rejections say only that the connection is closed. */
  #trouble: Error | undefined;

  constructor(options: RedisClientOptions) {
    const { commandTimeoutMs = 5_000, log } = options;
    this.#redis = new Redis(options.uri, {
      ...tlsOptions(options),
      ...this.#sentinelOptions(options),
      sentinelCommandTimeout: commandTimeoutMs,
      lazyConnect: true,
      protocol: 2,
      maxRetriesPerRequest: 0,
      autoResendUnfulfilledCommands: false,
      enableOfflineQueue: false,
      commandTimeout: commandTimeoutMs,
      // Above the command time-out: a connection that is silent this long is dead.
      socketTimeout: commandTimeoutMs * 2,
      connectTimeout: commandTimeoutMs,
      keepAlive: 10_000,
      noDelay: true,
      retryStrategy: reconnectAfterMs,
      // A master that was made a replica keeps its connections: ask again who the master is.
      reconnectOnError: (cause) => cause.message.startsWith('READONLY'),
    });
    this.#redis.once('ready', () => {
      this.#wasConnected = true;
    });
    this.#redis.on('error', (cause: Error) => {
      this.#trouble = cause;
      log.warn({ reason: cause.message }, 'The connection to Redis has trouble.');
    });
  }

  get connected(): boolean {
    return this.#redis.status === 'ready';
  }

  /**
   * @throws HeadraceError `redis-lost` when Redis can not be reached now, `redis-refused` when it
   * does not let us in
   */
  async connect(): Promise<void> {
    try {
      await this.#redis.connect();
    } catch (cause) {
      this.#redis.disconnect();
      throw translate(this.#trouble ?? cause);
    }
  }

  /** Before the first connection silent sentinels end `connect`; later they are asked again. */
  #sentinelOptions(target: RedisTarget): SentinelOptions {
    const { sentinels, masterName, sentinelUsername, sentinelPassword } = target;
    if (sentinels === undefined || masterName === undefined) return {};
    return {
      sentinels: [...sentinels],
      name: masterName,
      ...(sentinelUsername === undefined ? {} : { sentinelUsername }),
      ...(sentinelPassword === undefined ? {} : { sentinelPassword }),
      sentinelRetryStrategy: (attempt) => (this.#wasConnected ? reconnectAfterMs(attempt) : null),
    };
  }

  async run(
    script: RedisScript,
    keyCount: number,
    keysAndArguments: readonly RedisArgument[],
  ): Promise<unknown> {
    this.#gatherSocketWrites();
    try {
      return await this.#call(script, keyCount, keysAndArguments);
    } catch (cause) {
      const error = translate(cause);
      if (error.details['code'] !== 'NOSCRIPT') throw error;
    }
    await this.command('SCRIPT', 'LOAD', script.text);
    try {
      return await this.#call(script, keyCount, keysAndArguments);
    } catch (cause) {
      throw translate(cause);
    }
  }

  async command(name: string, ...args: readonly RedisArgument[]): Promise<unknown> {
    try {
      return await this.#redis.callBuffer(name, ...args);
    } catch (cause) {
      throw translate(cause);
    }
  }

  onConnected(listener: () => void): () => void {
    this.#redis.on('ready', listener);
    return () => this.#redis.off('ready', listener);
  }

  onLost(listener: () => void): () => void {
    this.#redis.on('close', listener);
    return () => this.#redis.off('close', listener);
  }

  close(): void {
    this.#redis.disconnect();
  }

  #call(
    script: RedisScript,
    keyCount: number,
    keysAndArguments: readonly RedisArgument[],
  ): Promise<unknown> {
    const command = new ScriptCommand(script, keyCount, keysAndArguments);
    return this.#redis.sendCommand(command) as Promise<unknown>;
  }

  /** The calls of all partitions made in one tick leave as one write to the socket. */
  #gatherSocketWrites(): void {
    if (this.#corked || !this.connected) return;
    this.#corked = true;
    const { stream } = this.#redis;
    stream.cork();
    process.nextTick(() => {
      this.#corked = false;
      stream.uncork();
    });
  }
}

/** The sentinels of a Redis that uses TLS use it too. */
function tlsOptions({ uri, tls }: RedisTarget): TlsOptions {
  if (!uri.startsWith('rediss://')) return {};
  const options = { ...tls };
  return { tls: options, sentinelTLS: options, enableTLSForSentinelMode: true };
}

function reconnectAfterMs(attempt: number): number {
  const doubled = Math.min(reconnectFirstMs * 2 ** Math.min(attempt - 1, 10), reconnectAtMostMs);
  return doubled * (0.5 + Math.random() / 2);
}

function translate(cause: unknown): HeadraceError {
  if (cause instanceof Error && cause.name === 'ReplyError') {
    const code = /^\S*/.exec(cause.message)?.[0] ?? '';
    return gatewayErrors.create('redis-refused', { code, reply: cause.message }, cause);
  }
  return gatewayErrors.create('redis-lost', {}, cause);
}
