import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, type RedisOptions, type RunningServer } from '@headrace/local-servers';
import { temporaryFolder, testServers } from '@headrace/testkit';
import { Redis } from 'ioredis';
import { MongoClient, type Collection } from 'mongodb';
import { HeadraceProcess, type Verb } from './headrace-process.ts';

/** The collection that most journeys write to, and its path in the API. */
export const ORDERS = 'shop.orders';
export const ORDERS_PATH = '/v1/db/shop/orders';
/** The collections that take changes, by the lane they take. */
export const CHANGED = { direct: 'direct', buffered: 'buffered' } as const;
/** Headrace's own database and the beginning of its names in Redis. */
export const META_DATABASE = 'headrace_journey';
export const REDIS_PREFIX = 'journey';

const LIFE_CYCLE = 'idType: string, types: { total: decimal, placedAt: date, paidAt: date }';

/** What the configuration of one process says other than the usual. */
export interface ProcessOptions {
  /** Default: the server's own. */
  readonly mongodbUri?: string;
  /** Default true, as the one server is a set of one member. */
  readonly allowLower?: boolean;
}

/** Real servers, the processes of Headrace beside them, and clients to look into both stores. */
export interface System extends AsyncDisposable {
  readonly mongodb: RunningServer;
  readonly redis: RunningServer;
  readonly client: MongoClient;
  readonly redisClient: Redis;
  /** `shop.orders` */
  readonly orders: Collection;
  start(verb: Verb, options?: ProcessOptions): Promise<HeadraceProcess>;
  /** Writes a configuration file with ports of its own and returns its path. */
  writeConfig(options?: ProcessOptions): Promise<string>;
}

/**
 * Starts MongoDB (on disk, an fsync per commit) and Redis (append-only file). Processes are started
 * by the journey; what still runs at the end is stopped with the rest.
 */
export async function startSystem(
  options: { readonly redis?: Partial<RedisOptions> } = {},
): Promise<System> {
  await using starting = new AsyncDisposableStack();
  const folder = starting.use(await temporaryFolder());
  const { mongodb, redis } = starting.use(await testServers(options));
  const client = starting.adopt(await new MongoClient(mongodb.uri).connect(), (it) => it.close());
  const redisClient = starting.adopt(openRedis(redis.uri), (it) => {
    it.disconnect();
  });
  let configs = 0;
  const writeConfig = async (changes: ProcessOptions = {}): Promise<string> => {
    const file = join(folder.path, `headrace-${(configs += 1)}.yaml`);
    const uris = { mongodb: changes.mongodbUri ?? mongodb.uri, redis: redis.uri };
    await writeFile(file, await configText(uris, changes.allowLower ?? true));
    return file;
  };
  const parts = starting.move();
  return {
    ...{ mongodb, redis, client, redisClient, writeConfig },
    orders: client.db('shop').collection('orders'),
    start: async (verb, changes) =>
      parts.use(await HeadraceProcess.start(verb, await writeConfig(changes))),
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

/** Journeys kill Redis; the client that only looks finds it again by itself. */
function openRedis(uri: string): Redis {
  const redis = new Redis(uri, { retryStrategy: () => 50, maxRetriesPerRequest: null });
  redis.on('error', () => undefined); // reconnecting is all there is to do about it
  return redis;
}

async function configText(
  uris: { readonly mongodb: string; readonly redis: string },
  allowLower: boolean,
): Promise<string> {
  return `listen: 127.0.0.1:${await freePort()}
adminListen: 127.0.0.1:${await freePort()}
workerListen: 127.0.0.1:${await freePort()}
mongodb: { uri: ${JSON.stringify(uris.mongodb)}, database: ${META_DATABASE} }
redis: { uri: ${JSON.stringify(uris.redis)}, prefix: ${REDIS_PREFIX} }
tiers: { allowLower: ${String(allowLower)} }
log: { level: warn }
collections:
  ${ORDERS}: { tier: strong }
  shop.${CHANGED.direct}: { changes: direct, idType: string }
  shop.${CHANGED.buffered}: { changes: buffered, idType: string }
  headrace_demo.orders: { tier: strong, types: { total: decimal, placedAt: date } }
  headrace_demo.life_cycle_direct: { changes: direct, ${LIFE_CYCLE} }
  headrace_demo.life_cycle_buffered: { changes: buffered, ${LIFE_CYCLE} }
`;
}
