import { silentLog } from '@headrace/base';
import { RedisClient, type Configuration, type RedisSettings } from '@headrace/gateway';
import { MongoClient } from 'mongodb';
import { runCheck, type Check } from './bounded-check.ts';
import { checkCollection } from './check-collection.ts';
import { checkVersion, judgeMembers, readDeployment } from './check-mongodb.ts';
import { checkPolicy, judgeReplication, judgeVersion, readInfo } from './check-redis.ts';
import { checkRights } from './check-rights.ts';
import { clockOffset } from './clock-offset.ts';
import { explainMongodb } from './explain-mongodb.ts';
import { explainRedis } from './explain-redis.ts';
import type { Finding } from './finding.ts';
import { checkRedisRights } from './redis-rights.ts';

/** Below the limit of a check, so that the client's own reason is heard. */
const connectWithinMs = 4_000;

/**
 * Checks the servers a configuration names, one after the other, each check five seconds at most.
 * Changes nothing on them. Where a server can not be reached, nothing more is asked of it.
 */
export async function* checkServers(configuration: Configuration): AsyncGenerator<Finding> {
  yield* checkMongodb(configuration);
  if (configuration.redis !== undefined) yield* checkRedis(configuration.redis);
}

async function* checkMongodb(configuration: Configuration): AsyncGenerator<Finding> {
  const opened: { client?: MongoClient } = {};
  const reached = await runCheck({
    name: 'mongodb reach',
    explain: explainMongodb,
    look: async (finder) => {
      const client = new MongoClient(configuration.mongodb.uri, {
        appName: 'headrace check',
        maxPoolSize: 2,
        serverSelectionTimeoutMS: connectWithinMs,
        connectTimeoutMS: connectWithinMs,
        socketTimeoutMS: connectWithinMs,
      });
      opened.client = client;
      await client.db('admin').command({ ping: 1 });
      return [finder.ok(`${client.options.hosts.join(', ')} answers`)];
    },
  });
  yield* reached;
  const { client } = opened;
  try {
    if (client === undefined || reached.some(({ level }) => level === 'error')) return;
    for (const check of mongodbChecks(client, configuration)) yield* await runCheck(check);
  } finally {
    await client?.close();
  }
}

function mongodbChecks(client: MongoClient, configuration: Configuration): readonly Check[] {
  const explain = explainMongodb;
  const deployment = readDeployment(client);
  // Whoever waits for it is told; nobody may be left who does not.
  deployment.catch(() => undefined);
  const readTime = async (): Promise<number> => {
    const hello = await client.db('admin').command({ hello: 1 });
    return (hello['localTime'] as Date).getTime();
  };
  return [
    {
      ...{ name: 'mongodb version', explain },
      look: async (finder) => [await checkVersion(finder, client)],
    },
    {
      ...{ name: 'mongodb members', explain },
      look: async (finder) => [judgeMembers(finder, await deployment, configuration)],
    },
    {
      ...{ name: 'mongodb clock', explain },
      look: async (finder) => [await clockOffset(finder, readTime)],
    },
    {
      ...{ name: 'mongodb rights', explain },
      look: async (finder) => [await checkRights(finder, client, configuration)],
    },
    ...Object.entries(configuration.collections).map(([namespace, rules]): Check => ({
      ...{ name: `collection ${namespace}`, explain },
      look: async (finder) => {
        const { isMongos } = await deployment;
        return await checkCollection(finder, client, { namespace, rules, isMongos });
      },
    })),
  ];
}

async function* checkRedis(settings: RedisSettings): AsyncGenerator<Finding> {
  const redis = new RedisClient({ ...settings, log: silentLog, commandTimeoutMs: connectWithinMs });
  try {
    const reached = await runCheck({
      name: 'redis reach',
      explain: explainRedis,
      look: async (finder) => {
        await redis.connect();
        await redis.command('PING');
        return [finder.ok('answers')];
      },
    });
    yield* reached;
    if (reached.some(({ level }) => level === 'error')) return;
    for (const check of redisChecks(redis, settings)) yield* await runCheck(check);
  } finally {
    redis.close();
  }
}

function redisChecks(redis: RedisClient, settings: RedisSettings): readonly Check[] {
  const explain = explainRedis;
  const readTime = async (): Promise<number> => {
    const [seconds, microseconds] = (await redis.command('TIME')) as Buffer[];
    return Number(seconds) * 1000 + Number(microseconds) / 1000;
  };
  return [
    {
      ...{ name: 'redis version', explain },
      look: async (finder) => [judgeVersion(finder, await readInfo(redis))],
    },
    {
      ...{ name: 'redis replication', explain },
      look: async (finder) => [judgeReplication(finder, await readInfo(redis), settings)],
    },
    {
      ...{ name: 'redis policy', explain },
      look: async (finder) =>
        await checkPolicy(finder, redis, { ...settings, info: await readInfo(redis) }),
    },
    {
      ...{ name: 'redis clock', explain },
      look: async (finder) => [await clockOffset(finder, readTime)],
    },
    {
      ...{ name: 'redis rights', explain },
      look: async (finder) => [await checkRedisRights(finder, redis, settings)],
    },
  ];
}
