import type { Delivery, ReplayWay } from './plan-replay.ts';

/** What became of the orders that went one way. */
export interface WayReport {
  readonly acknowledged: number;
  /** Acknowledged with the first answer of an earlier sending; undefined where not told. */
  readonly replayed: number | undefined;
  /** Answers by HTTP status; a `_bulk` request is one answer. */
  readonly statuses: Readonly<Record<number, number>>;
}

/** What a replay did. */
export interface ReplayReport {
  readonly ways: Readonly<Record<ReplayWay, WayReport>>;
  readonly acknowledged: number;
  /** Sendings beyond the first of each request. */
  readonly sentAgain: number;
  /** Sendings that ended without an answer. */
  readonly lostConnections: number;
  readonly elapsedMs: number;
}

interface WayCount {
  acknowledged: number;
  replayed: number | undefined;
  readonly statuses: Record<number, number>;
}

/** Counts while the replay runs. */
export class ReplayTally {
  acknowledged = 0;
  sentAgain = 0;
  lostConnections = 0;
  readonly #startedMs = performance.now();
  readonly #ways: Record<ReplayWay, WayCount> = {
    strong: { acknowledged: 0, replayed: 0, statuses: {} },
    eventual: { acknowledged: 0, replayed: 0, statuses: {} },
    balanced: { acknowledged: 0, replayed: 0, statuses: {} },
  };

  countAnswer(way: ReplayWay, status: number): void {
    const { statuses } = this.#ways[way];
    statuses[status] = (statuses[status] ?? 0) + 1;
  }

  /** @param replayed how many of the delivery's orders had been answered before, if told */
  settle(delivery: Delivery, replayed: number | undefined): void {
    const count = this.#ways[delivery.way];
    this.acknowledged += delivery.orders.length;
    count.acknowledged += delivery.orders.length;
    count.replayed = replayed === undefined ? undefined : (count.replayed ?? 0) + replayed;
  }

  report(): ReplayReport {
    const { acknowledged, sentAgain, lostConnections } = this;
    const elapsedMs = performance.now() - this.#startedMs;
    return { ways: this.#ways, acknowledged, sentAgain, lostConnections, elapsedMs };
  }
}
