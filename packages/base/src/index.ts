export { systemClock, type Clock } from './clock/clock-port.ts';
export { badConfiguration, type ConfigurationProblem } from './configure/bad-configuration.ts';
export { expectedText, oneOf } from './configure/expected-text.ts';
export { redactConfiguration } from './configure/redact-configuration.ts';
export { resolveConfiguration, type ResolveRequest } from './configure/resolve-configuration.ts';
export {
  entrySchema,
  isSection,
  Parsed,
  Secret,
  type Reading,
  type SettingSchema,
} from './configure/setting.ts';
export { defineErrors, type ErrorTable } from './errors/error-table.ts';
export {
  HeadraceError,
  type ErrorDetails,
  type ErrorRow,
  type Retry,
} from './errors/headrace-error.ts';
export { baseErrors } from './errors.ts';
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
