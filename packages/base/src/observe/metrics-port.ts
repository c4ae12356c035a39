/** Label values by name. Values are bounded sets (tier, lane, step), never ids. */
export type Labels = Readonly<Record<string, string>>;

export interface Counter {
  add(labels: Labels, by?: number): void;
}
export interface Gauge {
  set(labels: Labels, value: number): void;
}
export interface Histogram {
  /** Seconds, bytes or a count: the unit ends the metric's name. */
  observe(labels: Labels, value: number): void;
}

/** What a metric is, said once where it is made. */
export interface MetricSpec {
  /** Prometheus name with its unit, such as `write_latency_seconds`. */
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
}

/** Where measurements go; the gateway fits prom-client to it. */
export interface Metrics {
  counter(spec: MetricSpec): Counter;
  gauge(spec: MetricSpec): Gauge;
  histogram(spec: MetricSpec & { readonly buckets: readonly number[] }): Histogram;
}

/** Measures nothing: the default of a library that was given no metrics. */
export const noMetrics: Metrics = {
  counter: () => ({ add: ignore }),
  gauge: () => ({ set: ignore }),
  histogram: () => ({ observe: ignore }),
};

function ignore(): void {
  // Nothing to do: the embedding program asked for no metrics.
}
