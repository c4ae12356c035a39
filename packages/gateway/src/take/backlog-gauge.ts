import type { Clock, Gauge, Metrics } from '@headrace/base';
import type { RedisPort } from '../append/redis-port.ts';
import type { PartitionOwner } from './partition-owner.ts';

/** Measures what waits in the partitions of this worker. */
export class BacklogGauge {
  readonly #redis: RedisPort;
  readonly #clock: Clock;
  readonly #entries: Gauge;
  readonly #lag: Gauge;

  constructor(options: {
    readonly redis: RedisPort;
    readonly clock: Clock;
    readonly metrics: Metrics;
  }) {
    this.#redis = options.redis;
    this.#clock = options.clock;
    this.#entries = options.metrics.gauge({
      name: 'buffer_backlog_entries',
      help: 'Writes queued in the partitions of this worker.',
      labels: [],
    });
    this.#lag = options.metrics.gauge({
      name: 'buffer_lag_seconds',
      help: 'Age of the oldest write queued in the partitions of this worker.',
      labels: [],
    });
  }

  async measure(owners: Iterable<PartitionOwner>): Promise<void> {
    const streams: string[] = [];
    for (const { partition, tenants } of owners) {
      for (const { tenant } of tenants) streams.push(partition.stream(tenant));
    }
    const measured = await Promise.all(streams.map((stream) => this.#measureStream(stream)));
    const nowMs = this.#clock.epochMs();
    let entries = 0;
    let oldestMs = nowMs;
    for (const stream of measured) {
      entries += stream.entries;
      oldestMs = Math.min(oldestMs, stream.oldestMs);
    }
    this.#entries.set({}, entries);
    this.#lag.set({}, (nowMs - oldestMs) / 1_000);
  }

  async #measureStream(stream: string): Promise<{ entries: number; oldestMs: number }> {
    const [entries, rows] = await Promise.all([
      this.#redis.command('XLEN', stream),
      this.#redis.command('XRANGE', stream, '-', '+', 'COUNT', '1'),
    ]);
    const id = (rows as [Buffer, unknown][])[0]?.[0];
    return {
      entries: entries as number,
      oldestMs: id === undefined ? Infinity : parseInt(String(id), 10),
    };
  }
}
