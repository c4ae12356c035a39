export { systemClock, type Clock } from './clock/clock-port.ts';
export { defineErrors, type ErrorTable } from './errors/error-table.ts';
export {
  HeadraceError,
  type ErrorDetails,
  type ErrorRow,
  type Retry,
} from './errors/headrace-error.ts';
export { StopOrder } from './life/stop-order.ts';
export { silentLog, type Log, type LogFields } from './observe/log-port.ts';
export {
  noMetrics,
  type Counter,
  type Gauge,
  type Histogram,
  type Labels,
  type Metrics,
  type MetricSpec,
} from './observe/metrics-port.ts';
