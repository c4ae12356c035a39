import type { Metrics, MetricSpec } from '@headrace/base';
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
  const options = (spec: MetricSpec) => ({
    name: PREFIX + spec.name,
    help: spec.help,
    labelNames: [...spec.labels],
    registers: [registry],
  });
  // Gateway and worker of one process each have a writer, and both count in the same metric.
  const counters = new Map<string, Counter>();
  const gauges = new Map<string, Gauge>();
  const histograms = new Map<string, Histogram>();
  return {
    counter: (spec) => {
      const counter = counters.get(spec.name) ?? new Counter(options(spec));
      counters.set(spec.name, counter);
      return {
        add: (labels, by = 1) => {
          counter.inc(labels, by);
        },
      };
    },
    gauge: (spec) => {
      const gauge = gauges.get(spec.name) ?? new Gauge(options(spec));
      gauges.set(spec.name, gauge);
      return {
        set: (labels, value) => {
          gauge.set(labels, value);
        },
      };
    },
    histogram: (spec) => {
      const known = histograms.get(spec.name);
      const histogram = known ?? new Histogram({ ...options(spec), buckets: [...spec.buckets] });
      histograms.set(spec.name, histogram);
      return {
        observe: (labels, value) => {
          histogram.observe(labels, value);
        },
      };
    },
  };
}
