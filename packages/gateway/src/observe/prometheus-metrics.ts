import type { Metrics } from '@headrace/base';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

const PREFIX = 'headrace_';

/** The metrics of one process, and the page Prometheus reads them from. */
export interface PrometheusMetrics {
  readonly metrics: Metrics;
  readonly contentType: string;
  page(): Promise<string>;
}

/** Opens a registry of its own, so that two gateways in one process do not share their numbers. */
export function openPrometheusMetrics(): PrometheusMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return {
    metrics: adapt(registry),
    contentType: registry.contentType,
    page: () => registry.metrics(),
  };
}

function adapt(registry: Registry): Metrics {
  const options = (spec: { name: string; help: string; labels: readonly string[] }) => ({
    name: PREFIX + spec.name,
    help: spec.help,
    labelNames: [...spec.labels],
    registers: [registry],
  });
  // Gateway and worker of one process each have a writer, and both count in the same metric.
  const known = <Kind>(spec: { name: string }) =>
    registry.getSingleMetric(PREFIX + spec.name) as Kind | undefined;
  return {
    counter: (spec) => {
      const counter = known<Counter>(spec) ?? new Counter(options(spec));
      return {
        add: (labels, by = 1) => {
          counter.inc(labels, by);
        },
      };
    },
    gauge: (spec) => {
      const gauge = known<Gauge>(spec) ?? new Gauge(options(spec));
      return {
        set: (labels, value) => {
          gauge.set(labels, value);
        },
      };
    },
    histogram: (spec) => {
      const histogram =
        known<Histogram>(spec) ?? new Histogram({ ...options(spec), buckets: [...spec.buckets] });
      return {
        observe: (labels, value) => {
          histogram.observe(labels, value);
        },
      };
    },
  };
}
