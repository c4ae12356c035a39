import type { Counter, Histogram, Metrics } from '@headrace/base';
import type { Tier } from '@headrace/writer';

const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** One label object per tier, made once. */
const LABELS = {
  eventual: { lane: 'buffered', tier: 'eventual' },
  balanced: { lane: 'direct', tier: 'balanced' },
  strong: { lane: 'direct', tier: 'strong' },
} as const;

/** Measures writes from their request's headers (in `_bulk`: their line) to their answer. */
export class WriteMeter {
  readonly #latency: Histogram;
  readonly #refused: Counter;

  constructor(metrics: Metrics) {
    this.#latency = metrics.histogram({
      name: 'write_latency_seconds',
      help: 'Time from the arrival of a write to its receipt.',
      labels: ['lane', 'tier'],
      buckets: BUCKETS,
    });
    this.#refused = metrics.counter({
      name: 'writes_refused_total',
      help: 'Writes that were answered with a problem, by its code.',
      labels: ['code'],
    });
  }

  taken(tier: Tier, sinceMs: number): void {
    this.#latency.observe(LABELS[tier], (performance.now() - sinceMs) / 1000);
  }

  refused(code: string): void {
    this.#refused.add({ code });
  }
}
