import { noMetrics, silentLog, type Log, type Metrics } from '@headrace/base';
import { openWriter, type Writer } from '@headrace/writer';
import { MongoClient, type Db } from 'mongodb';
import { openHttp, type HttpTimeouts, type OpenHttp } from '../../src/accept/open-http.ts';
import type { FindWrite } from '../../src/accept/find-write-port.ts';
import type { Lanes } from '../../src/accept/lanes-port.ts';
import { deadLettersOf } from '../../src/compose-dead-letters.ts';
import type { CollectionRules, Configuration } from '../../src/configuration-port.ts';
import { addHealthRoutes } from '../../src/observe/health-routes.ts';

const RULES: CollectionRules = { tier: 'strong', changes: 'none', idType: 'string', types: {} };

export interface TestGatewayOptions {
  readonly mongodbUri: string;
  /** All collections lie in here; dropped by nobody, as the server is the test's own. */
  readonly database: string;
  /** Headrace's own; `{database}_own` unless told. */
  readonly ownDatabase?: string;
  readonly collections?: Readonly<Record<string, Partial<CollectionRules>>>;
  readonly limits?: Partial<Configuration['limits']>;
  readonly timeouts?: Partial<HttpTimeouts>;
  readonly lanes?: (writer: Writer) => Lanes;
  readonly findWrite?: FindWrite;
  readonly log?: Log;
  readonly metrics?: Metrics;
}

/** The HTTP side with a real writer behind it: the direct lane alone, as without Redis. */
export interface TestGateway extends AsyncDisposable {
  readonly url: string;
  /** `{url}/v1/db/{database}` */
  readonly base: string;
  readonly http: OpenHttp;
  /** A client of the test's own. */
  readonly db: Db;
}

export async function openTestGateway(options: TestGatewayOptions): Promise<TestGateway> {
  const { database } = options;
  const configuration = configure(options);
  const writer = await openWriter({
    uri: options.mongodbUri,
    database: configuration.mongodb.database,
    collections: configuration.collections,
  });
  const client = await new MongoClient(options.mongodbUri).connect();
  const http = await openHttp({
    desk: writer,
    lanes: options.lanes?.(writer) ?? {
      submit: (write, settle) => {
        writer.submit(write, settle);
      },
    },
    findWrite: options.findWrite ?? nothingKnown,
    deadLetters: deadLettersOf(writer, configuration),
    configuration,
    metrics: options.metrics ?? noMetrics,
    log: options.log ?? silentLog,
    addMore: (app) => {
      addHealthRoutes(app, { checks: () => [] });
    },
    timeouts: { partingMs: 0, ...options.timeouts },
  });
  return {
    url: http.address,
    base: `${http.address}/v1/db/${database}`,
    http,
    db: client.db(database),
    [Symbol.asyncDispose]: async () => {
      await http.stop();
      await writer.stop();
      await client.close();
    },
  };
}

/** What an empty deployment answers. */
const nothingKnown: FindWrite = {
  find: () => Promise.resolve({ state: 'unknown' }),
  waitFor: () => Promise.resolve({ state: 'unknown' }),
};

/** The configuration of a gateway with these collections. */
export function configure(options: TestGatewayOptions): Configuration {
  const { database, ownDatabase = `${database}_own` } = options;
  const { collections = { orders: {} }, limits, mongodbUri } = options;
  const anywhere = { host: '127.0.0.1', port: 0 };
  return {
    listen: anywhere,
    adminListen: anywhere,
    workerListen: anywhere,
    mongodb: { uri: mongodbUri, database: ownDatabase, maxPoolSize: 16 },
    tiers: { allowLower: false },
    buffer: { partitions: 16, maxEntries: 250_000 },
    limits: { inFlightBytes: 64 * 1024 * 1024, requestBytes: 32 * 1024 * 1024, ...limits },
    collections: Object.fromEntries(
      Object.entries(collections).map(([name, rules]) => [
        `${database}.${name}`,
        { ...RULES, ...rules },
      ]),
    ),
    log: { level: 'silent' },
  };
}
