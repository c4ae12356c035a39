import { join } from 'node:path';
import { StopOrder } from '@headrace/base';
import { findMongod } from './find/find-mongod.ts';
import { findRedisServer } from './find/find-redis-server.ts';
import type { Say } from './find/say.ts';
import { launchMongo, type MongoLaunch } from './launch/launch-mongo.ts';
import { launchRedis, type RedisLaunch } from './launch/launch-redis.ts';
import type { RunningServer } from './launch/running-server.ts';

/** Like `MongoLaunch`, but the program is found when none is given. */
export interface MongoOptions
  extends Omit<MongoLaunch, 'program'>, Partial<Pick<MongoLaunch, 'program'>> {
  readonly say?: Say;
}

/** Like `RedisLaunch`, but the program is found when none is given. */
export interface RedisOptions
  extends Omit<RedisLaunch, 'program'>, Partial<Pick<RedisLaunch, 'program'>> {
  readonly say?: Say;
}

/** Finds a MongoDB-wire server and starts it as a one-member replica set; see `findMongod`. */
export async function startMongo(options: MongoOptions): Promise<RunningServer> {
  const { say, program, ...launch } = options;
  return await launchMongo({ ...launch, program: program ?? (await findMongod(asked(say))) });
}

/** Finds redis-server and starts it; see `findRedisServer`. */
export async function startRedis(options: RedisOptions): Promise<RunningServer> {
  const { say, program, ...launch } = options;
  return await launchRedis({ ...launch, program: program ?? (await findRedisServer(asked(say))) });
}

function asked(say: Say | undefined): { say?: Say } {
  return say === undefined ? {} : { say };
}

export interface FindServers {
  /** Data of what is started goes into folders in here. */
  readonly folder: string;
  /** Used as it is, nothing started (`MONGODB_URI`). */
  readonly mongodbUri?: string | undefined;
  /** Used as it is, nothing started (`REDIS_URL`). */
  readonly redisUrl?: string | undefined;
  /** More settings of a MongoDB server that is started. */
  readonly mongodb?: Partial<MongoOptions>;
  /** More settings of a Redis that is started; false: no Redis wanted. */
  readonly redis?: Partial<RedisOptions> | false;
  readonly say?: Say;
}

export interface FoundServers extends AsyncDisposable {
  readonly mongodbUri: string;
  /** Absent only when `redis: false` was asked for. */
  readonly redisUrl: string | undefined;
  /** The servers we started, if any: absent means it was given to us. */
  readonly started: { readonly mongodb?: RunningServer; readonly redis?: RunningServer };
  /** Stops what was started, and nothing else. */
  stop(): Promise<void>;
}

/** The servers named by their addresses, or else ones of our own. */
export async function findServers(options: FindServers): Promise<FoundServers> {
  const order = new StopOrder();
  const started: { mongodb?: RunningServer; redis?: RunningServer } = {};
  const say = asked(options.say);
  const { folder } = options;
  try {
    if (!options.mongodbUri) {
      const settings = { folder: join(folder, 'mongodb'), ...say, ...options.mongodb };
      started.mongodb = addTo(order, 'mongodb', await startMongo(settings));
    }
    if (!options.redisUrl && options.redis !== false) {
      const settings = { folder: join(folder, 'redis'), ...say, ...options.redis };
      started.redis = addTo(order, 'redis', await startRedis(settings));
    }
  } catch (cause) {
    await order.stop();
    throw cause;
  }
  return {
    mongodbUri: options.mongodbUri || (started.mongodb?.uri ?? ''),
    redisUrl: options.redis === false ? undefined : options.redisUrl || started.redis?.uri,
    started,
    stop: () => order.stop(),
    [Symbol.asyncDispose]: () => order.stop(),
  };
}

function addTo(order: StopOrder, name: string, server: RunningServer): RunningServer {
  order.add(name, async () => {
    await server.stop();
  });
  return server;
}
