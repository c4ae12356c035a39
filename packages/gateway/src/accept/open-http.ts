import type { Log, Metrics } from '@headrace/base';
import type { WriteDesk } from '@headrace/writer';
import type { FastifyInstance } from 'fastify';
import type { Configuration } from '../configuration-port.ts';
import { addApiPage } from './api-page.ts';
import { addRoutes } from './add-routes.ts';
import type { DeadLettersPort } from './dead-letters-port.ts';
import type { FindWrite } from './find-write-port.ts';
import { createServer } from './http-server.ts';
import { InFlightBytes } from './in-flight-bytes.ts';
import type { Intake } from './intake.ts';
import type { Lanes } from './lanes-port.ts';
import { ListedCollections } from './listed-collections.ts';
import { describeApi } from './open-api.ts';
import { partFromCallers } from './part-from-callers.ts';
import { StalledBodies } from './stalled-bodies.ts';
import { WriteMeter } from './write-meter.ts';

/** What the HTTP side is made of. */
export interface HttpParts {
  readonly desk: WriteDesk;
  readonly lanes: Lanes;
  readonly findWrite: FindWrite;
  readonly deadLetters: DeadLettersPort;
  readonly configuration: Configuration;
  readonly metrics: Metrics;
  readonly log: Log;
  /** Adds the routes of other rooms (health) before the API is described. */
  readonly addMore: (app: FastifyInstance) => void;
  readonly timeouts?: Partial<HttpTimeouts>;
}

export interface HttpTimeouts {
  /** A body must arrive within this; in `_bulk`, its next bytes. 60,000 unless told. */
  readonly bodyMs: number;
  /** A client that reads none of its `_bulk` answer this long is cut off; 30,000 unless told. */
  readonly slowReaderMs: number;
  /** Requests under way when stopping are given this long to end; 15,000 unless told. */
  readonly drainMs: number;
  /** Idle connections are given this long for a request on its way; 3,000 unless told. */
  readonly partingMs: number;
}

export interface OpenHttp {
  /** `http://host:port` */
  readonly address: string;
  /** The OpenAPI document as it is served. */
  openApi(): object;
  /** Stops accepting, lets what is under way end, then cuts what is left. */
  stop(): Promise<void>;
}

const TIMEOUTS: HttpTimeouts = {
  bodyMs: 60_000,
  slowReaderMs: 30_000,
  drainMs: 15_000,
  partingMs: 3_000,
};

/** Opens the API on `configuration.listen`. Throws the socket's error where it can not listen. */
export async function openHttp(parts: HttpParts): Promise<OpenHttp> {
  const timeouts = { ...TIMEOUTS, ...parts.timeouts };
  const stalled = new StalledBodies(timeouts.bodyMs);
  const app = createServer(parts.log);
  const stop = async (): Promise<void> => {
    try {
      await closeWithin(app, timeouts);
    } finally {
      stalled.stop();
    }
  };
  try {
    await describeApi(app);
    addRoutes(app, makeIntake(parts, stalled, timeouts));
    parts.addMore(app);
    addApiPage(app);
    // A copy: Fastify writes into what it is given, and a configuration is frozen.
    const address = await app.listen({ ...parts.configuration.listen });
    return { address, openApi: () => app.swagger(), stop };
  } catch (cause) {
    await stop();
    throw cause;
  }
}

function makeIntake(parts: HttpParts, stalled: StalledBodies, timeouts: HttpTimeouts): Intake {
  const { configuration, desk, lanes, findWrite, deadLetters, metrics, log } = parts;
  const { limits } = configuration;
  return {
    desk,
    lanes,
    findWrite,
    deadLetters,
    collections: new ListedCollections(configuration),
    bounds: {
      bytes: new InFlightBytes(limits.inFlightBytes),
      stalled,
      maxBytes: limits.requestBytes,
    },
    meter: new WriteMeter(metrics),
    log,
    slowReaderMs: timeouts.slowReaderMs,
  };
}

async function closeWithin(
  app: FastifyInstance,
  { drainMs, partingMs }: HttpTimeouts,
): Promise<void> {
  const timer = setTimeout(() => {
    app.server.closeAllConnections();
  }, drainMs);
  try {
    await partFromCallers(app.server, partingMs);
    await app.close();
  } finally {
    clearTimeout(timer);
  }
}
