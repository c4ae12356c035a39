import { StopOrder, systemClock, type Log } from '@headrace/base';
import { openWriter, type Writer } from '@headrace/writer';
import { openHttp } from './accept/open-http.ts';
import type { Lanes } from './accept/lanes-port.ts';
import { LateBuffer } from './append/late-buffer.ts';
import { deadLettersOf } from './compose-dead-letters.ts';
import { openAppender, openBufferWorker } from './compose-buffer.ts';
import type { Configuration } from './configuration-port.ts';
import { gatewayErrors } from './errors.ts';
import { addHealthRoutes } from './observe/health-routes.ts';
import { openAdmin } from './observe/open-admin.ts';
import { openLog } from './observe/pino-log.ts';
import { ProcessChecks } from './observe/process-checks.ts';
import { openPrometheusMetrics, type PrometheusMetrics } from './observe/prometheus-metrics.ts';
import { WriteStateLookUp } from './settle/write-state-look-up.ts';

/** What a process is opened with beside its configuration. */
export interface OpenOptions {
  readonly log?: Log;
  /** For a person at a terminal, a line at a time. */
  readonly say?: (line: string) => void;
}

/** A process that serves callers. */
export interface RunningGateway {
  /** `http://host:port` of the API. */
  readonly url: string;
  /** `http://host:port` of metrics and health. */
  readonly adminUrl: string;
  stop(): Promise<void>;
}

/** A process that applies queued writes. */
export interface RunningWorker {
  /** `http://host:port` of metrics and health. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Parts that gateway and worker of one process share. */
interface Ground {
  readonly configuration: Configuration;
  readonly log: Log;
  readonly prometheus: PrometheusMetrics;
  readonly stops: StopOrder;
}

/** Opens the process that answers callers. Stops what it started when a part can't be opened. */
export function openGateway(
  configuration: Configuration,
  options: OpenOptions = {},
): Promise<RunningGateway> {
  return onGround(configuration, options, startGateway);
}

/** Opens the process that applies queued writes; it needs Redis. */
export function openWorker(
  configuration: Configuration,
  options: OpenOptions = {},
): Promise<RunningWorker> {
  return onGround(configuration, options, async (ground) => {
    const checks = await startWorker(ground);
    const admin = await openAdmin({
      listen: configuration.workerListen,
      ready: checks,
      metrics: ground.prometheus,
      log: ground.log,
    });
    ground.stops.add('health port', () => admin.stop());
    return { url: admin.address, stop: () => ground.stops.stop() };
  });
}

/** Opens gateway and worker in one process; without Redis the gateway alone. */
export function openBoth(
  configuration: Configuration,
  options: OpenOptions = {},
): Promise<RunningGateway> {
  return onGround(configuration, options, async (ground) => {
    if (configuration.redis !== undefined) await startWorker(ground);
    return startGateway(ground);
  });
}

async function onGround<Running>(
  configuration: Configuration,
  options: OpenOptions,
  start: (ground: Ground) => Promise<Running>,
): Promise<Running> {
  const stops = new StopOrder();
  const log = options.log ?? openLog(configuration.log.level);
  try {
    return await start({ configuration, log, prometheus: openPrometheusMetrics(), stops });
  } catch (cause) {
    await stops.stop();
    throw cause;
  }
}

async function startGateway(ground: Ground): Promise<RunningGateway> {
  const { configuration, log, prometheus, stops } = ground;
  const { metrics } = prometheus;
  const writer = await startWriter(ground);
  const buffer = await startBuffer(ground);
  const lanes: Lanes = {
    submit: (write, settle) => {
      writer.submit(write, settle);
    },
    ...(buffer && {
      append: (write, settle) => {
        buffer.append(write, settle);
      },
    }),
  };
  const checks = new ProcessChecks({
    ...{ client: writer.client, clock: systemClock },
    ...(buffer && { redis: buffer }),
  });
  const findWrite = new WriteStateLookUp({
    client: writer.client,
    database: configuration.mongodb.database,
    collections: configuration.collections,
    get buffer() {
      return buffer?.opened;
    },
  });
  const admin = await openAdmin({
    ...{ listen: configuration.adminListen, ready: checks, metrics: prometheus, log },
  });
  stops.add('admin port', () => admin.stop());
  const http = await openHttp({
    ...{ desk: writer, lanes, findWrite, configuration, metrics, log },
    deadLetters: deadLettersOf(writer, configuration),
    addMore: (app) => {
      addHealthRoutes(app, checks);
    },
  });
  stops.add('API', () => http.stop());
  stops.add('readiness', () => {
    checks.stopping();
  });
  return { url: http.address, adminUrl: admin.address, stop: () => stops.stop() };
}

/** The front of the buffered lane, where Redis is configured. */
async function startBuffer(ground: Ground): Promise<LateBuffer | undefined> {
  const { configuration, log, prometheus, stops } = ground;
  const { redis, buffer } = configuration;
  if (redis === undefined) return undefined;
  const { metrics } = prometheus;
  const late = new LateBuffer();
  stops.add('buffered lane', () => late.stop());
  await late.start(() => openAppender({ redis, buffer, clock: systemClock, log, metrics }), log);
  return late;
}

async function startWorker(ground: Ground): Promise<ProcessChecks> {
  const { configuration, log, prometheus, stops } = ground;
  const { redis, buffer, mongodb } = configuration;
  if (redis === undefined) throw gatewayErrors.create('worker-without-redis');
  // A writer of its own: what the worker holds must not use up the budget of callers who wait.
  const writer = await startWriter(ground);
  const worker = await openBufferWorker({
    ...{ redis, buffer, clock: systemClock, log, metrics: prometheus.metrics },
    ...{ desk: writer, database: mongodb.database },
  });
  stops.add('worker', () => worker.stop());
  const checks = new ProcessChecks({
    ...{ client: writer.client, clock: systemClock, redis: worker.redis },
  });
  stops.add('readiness', () => {
    checks.stopping();
  });
  return checks;
}

async function startWriter({ configuration, log, prometheus, stops }: Ground): Promise<Writer> {
  const { mongodb, collections, tiers, limits } = configuration;
  const writer = await openWriter({
    ...mongodb,
    ...{ collections, tiers, log, metrics: prometheus.metrics },
    limits: { inFlightBytes: limits.inFlightBytes },
  });
  stops.add('writer', () => writer.stop());
  return writer;
}
