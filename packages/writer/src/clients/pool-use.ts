import type { Clock, Gauge, Log, Metrics } from '@headrace/base';
import type { MongoClient } from 'mongodb';
import { CommandDemand, type Demand } from './command-demand.ts';

export interface PoolUseOptions {
  /** Connections a server's pool may have. */
  readonly maxPoolSize: number;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly log: Log;
}

/** A connection that carries a command. */
interface Carrying {
  readonly sinceMs: number;
  /** How long the command had waited for it. */
  readonly waitedMs: number;
}

/**
 * Gateway and worker of one process have a writer each, and their gauges in common: these show the
 * sum over those that have connections.
 */
const sharing = new WeakMap<Metrics, Set<PoolUse>>();

/** How much of a client's connections and sessions is in use, and whether there are enough. */
export class PoolUse {
  readonly #options: PoolUseOptions;
  readonly #demand: CommandDemand;
  readonly #all: Set<PoolUse>;
  readonly #gauges: Readonly<Record<'open' | 'inUse' | 'needed' | 'sessions', Gauge>>;
  readonly #ready = new Set<string>();
  readonly #carrying = new Map<string, Carrying>();
  #needed = 0;
  #sessionsInUse = 0;

  constructor(options: PoolUseOptions) {
    const { metrics, clock, maxPoolSize } = options;
    this.#options = options;
    this.#demand = new CommandDemand(maxPoolSize, clock.monotonicMs());
    this.#gauges = gaugesOf(metrics);
    this.#all = sharing.get(metrics) ?? new Set();
    sharing.set(metrics, this.#all);
  }

  /** Follows a client's pools, from before it connects. */
  follow(client: MongoClient): void {
    client.on('connectionReady', (event) => {
      this.#ready.add(nameOf(event));
      this.#all.add(this);
    });
    client.on('connectionClosed', (event) => {
      this.#ready.delete(nameOf(event));
      if (this.#ready.size === 0) this.#all.delete(this);
    });
    client.on('connectionCheckOutStarted', () => {
      this.#demand.asked();
    });
    client.on('connectionCheckOutFailed', ({ durationMS }) => {
      this.#demand.ended(durationMS);
    });
    client.on('connectionCheckedOut', (event) => {
      const sinceMs = this.#options.clock.monotonicMs();
      this.#carrying.set(nameOf(event), { sinceMs, waitedMs: event.durationMS });
    });
    client.on('connectionCheckedIn', (event) => {
      this.#checkedIn(nameOf(event));
    });
  }

  /**
   * Sets the gauges, and says once when more connections are needed than there may be.
   * @param sessionsInUse those with a transaction under way
   */
  report(sessionsInUse: number): void {
    this.#sessionsInUse = sessionsInUse;
    const demand = this.#demand.assess(this.#options.clock.monotonicMs());
    if (demand !== undefined) this.#assessed(demand);
    const all = [...this.#all];
    const { open, inUse, needed, sessions } = this.#gauges;
    open.set(
      {},
      sumOf(all, (use) => use.#ready.size),
    );
    inUse.set(
      {},
      sumOf(all, (use) => use.#carrying.size),
    );
    needed.set(
      {},
      sumOf(all, (use) => use.#needed),
    );
    sessions.set(
      {},
      sumOf(all, (use) => use.#sessionsInUse),
    );
  }

  #assessed({ needed, commandsPerSecond, latencyMs, hasBecomeShort }: Demand): void {
    this.#needed = needed;
    if (!hasBecomeShort) return;
    const { log, maxPoolSize } = this.#options;
    log.warn(
      { needed: Math.ceil(needed), maxPoolSize, commandsPerSecond, latencyMs },
      'commands need more connections than the pool may have, and wait for one another',
    );
  }

  #checkedIn(name: string): void {
    const carrying = this.#carrying.get(name);
    if (carrying === undefined) return;
    this.#carrying.delete(name);
    const heldMs = this.#options.clock.monotonicMs() - carrying.sinceMs;
    this.#demand.ended(carrying.waitedMs + heldMs);
  }
}

function gaugesOf(metrics: Metrics) {
  return {
    open: metrics.gauge({
      name: 'writer_connections_open',
      help: 'connections to MongoDB, in use or not',
      labels: [],
    }),
    inUse: metrics.gauge({
      name: 'writer_connections_in_use',
      help: 'connections to MongoDB that carry a command',
      labels: [],
    }),
    needed: metrics.gauge({
      name: 'writer_connections_needed',
      help: 'rate of commands times their latency, over 5 s: connections they need on average',
      labels: [],
    }),
    sessions: metrics.gauge({
      name: 'writer_sessions_in_use',
      help: 'sessions with a transaction under way',
      labels: [],
    }),
  };
}

/** A number names a connection within the pool of one server. */
function nameOf(event: { readonly address: string; readonly connectionId: unknown }): string {
  return `${event.address}/${String(event.connectionId)}`;
}

function sumOf(all: readonly PoolUse[], figure: (use: PoolUse) => number): number {
  return all.reduce((sum, use) => sum + figure(use), 0);
}
