import {
  loadConfiguration,
  redisAclRules,
  RedisClient,
  type Configuration,
} from '@headrace/gateway';
import { silentLog } from '@headrace/base';
import { freePort } from '@headrace/local-servers';
import { testMongo, testRedis, testServers, type TestServers } from '@headrace/testkit';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkServers } from '../src/doctor/check-servers.ts';
import type { Finding } from '../src/doctor/finding.ts';

let servers: TestServers;
beforeAll(async () => {
  servers = await testServers();
});
afterAll(() => servers[Symbol.asyncDispose]());

async function configured(lines: Readonly<Record<string, unknown>>): Promise<Configuration> {
  return await loadConfiguration({ text: JSON.stringify(lines) });
}

async function findings(configuration: Configuration): Promise<Finding[]> {
  const all: Finding[] = [];
  for await (const finding of checkServers(configuration)) all.push(finding);
  return all;
}

async function findingsOf(
  check: string,
  lines: Readonly<Record<string, unknown>>,
): Promise<Finding[]> {
  return (await findings(await configured(lines))).filter((finding) => finding.check === check);
}

const mongodb = (): { uri: string } => ({ uri: servers.mongodb.uri });

describe('servers that are well', () => {
  test('are ok in every check but those that a test server can not meet', async () => {
    const configuration = await configured({
      ...{ mongodb: mongodb(), redis: { uri: servers.redis.uri } },
      collections: { 'shop.orders': {} },
    });
    const found = await findings(configuration);
    expect(found.map(({ check, level }) => `${check}: ${level}`)).toEqual([
      'mongodb reach: ok',
      'mongodb version: ok',
      'mongodb members: warning', // one member
      'mongodb clock: ok',
      'mongodb rights: warning', // no user
      'collection shop.orders: ok',
      'redis reach: ok',
      'redis version: ok',
      'redis replication: ok',
      'redis policy: ok',
      'redis clock: ok',
      'redis rights: ok',
    ]);
    expect(found.every(({ level, fix }) => (level === 'ok') === (fix === undefined))).toBe(true);
  });

  test('are left as they were', async () => {
    await using redis = await testRedis();
    await findings(await configured({ mongodb: mongodb(), redis: { uri: redis.uri } }));
    const client = await connectRedis(redis.uri);
    expect(await client.command('DBSIZE')).toBe(0);
    client.close();
    const admin = await new MongoClient(servers.mongodb.uri).connect();
    const { databases } = await admin.db('admin').admin().listDatabases({ nameOnly: true });
    expect(databases.map(({ name }) => name)).not.toContain('headrace');
    await admin.close();
  });
});

describe('reach', () => {
  test('a server that is not there ends the checks of it, with what to do', async () => {
    const uri = `mongodb://127.0.0.1:${await freePort()}`;
    const redis = { uri: `redis://127.0.0.1:${await freePort()}` };
    const found = await findings(await configured({ mongodb: { uri }, redis }));
    expect(found).toMatchObject([
      {
        check: 'mongodb reach',
        level: 'error',
        fix: expect.stringContaining('nothing listens') as string,
      },
      {
        check: 'redis reach',
        level: 'error',
        fix: expect.stringContaining('nothing listens') as string,
      },
    ]);
  });

  test('a server that takes connections and never answers is given up within 5 s', async () => {
    await using silent = await testRedis();
    silent.pause();
    const beganAt = performance.now();
    const [found] = await findingsOf('redis reach', {
      mongodb: mongodb(),
      redis: { uri: silent.uri },
    });
    expect(found).toMatchObject({ level: 'error' });
    expect(performance.now() - beganAt).toBeLessThan(8_000);
    silent.resume();
  });
});

describe('members', () => {
  test('a standalone is refused by name', async () => {
    await using standalone = await testMongo({ extraArgs: ['--standalone'] });
    const uri = `mongodb://127.0.0.1:${standalone.port}`;
    const [found] = await findingsOf('mongodb members', { mongodb: { uri } });
    expect(found).toMatchObject({
      level: 'error',
      text: expect.stringContaining('standalone') as string,
    });
    expect(found?.fix).toContain('rs.initiate()');
  });

  test('balanced on one member is an error, and none where it may mean less', async () => {
    const collections = { 'shop.orders': { tier: 'balanced' } };
    const lines = { mongodb: mongodb(), collections };
    expect(await findingsOf('mongodb members', lines)).toMatchObject([{ level: 'error' }]);
    const lowered = { ...lines, tiers: { allowLower: true } };
    expect(await findingsOf('mongodb members', lowered)).toMatchObject([{ level: 'ok' }]);
  });
});

describe('collections', () => {
  test('insert-only needs a shard key that _id determines', async () => {
    await using own = await testMongo();
    const client = await new MongoClient(own.uri).connect();
    const config = client.db('config').collection<{ _id: string; key: unknown }>('collections');
    await config.insertOne({ _id: 'shop.orders', key: { region: 1 } });
    await config.insertOne({ _id: 'shop.carts', key: { _id: 'hashed' } });
    for (const name of ['orders', 'carts']) await client.db('shop').createCollection(name);
    await client.close();
    const lines = (changes: string) => ({
      mongodb: { uri: own.uri },
      redis: { uri: servers.redis.uri },
      collections: { 'shop.orders': { changes }, 'shop.carts': { changes } },
    });
    expect(await findingsOf('collection shop.orders', lines('none'))).toMatchObject([
      { level: 'error', fix: expect.stringContaining('changes: direct') as string },
    ]);
    expect(await findingsOf('collection shop.carts', lines('none'))).toMatchObject([
      { level: 'ok' },
    ]);
    expect(await findingsOf('collection shop.orders', lines('direct'))).toMatchObject([
      { level: 'ok' },
    ]);
  });
});

describe('rights in MongoDB', () => {
  test('name what is missing and the command that grants it', async () => {
    await using guarded = await testMongo({ extraArgs: ['--auth'] });
    const first = await new MongoClient(guarded.uri).connect();
    await first.db('admin').command({ createUser: 'root', pwd: 'pw', roles: ['root'] });
    await first.close();
    const as = (user: string, password = 'pw') =>
      `${guarded.uri.replace('://', `://${user}:${password}@`)}&authSource=admin`;
    const root = await new MongoClient(as('root')).connect();
    const reader = [
      { role: 'read', db: 'shop' },
      { role: 'readWrite', db: 'headrace' },
    ];
    await root.db('admin').command({ createUser: 'reader', pwd: 'pw', roles: reader });
    await root.close();
    const collections = { 'shop.orders': {}, 'shop.carts': { changes: 'direct' } };
    const found = (uri: string) => findingsOf('mongodb rights', { mongodb: { uri }, collections });
    expect(await found(as('root'))).toMatchObject([{ level: 'ok' }]);
    expect(await found(as('reader'))).toEqual([
      {
        check: 'mongodb rights',
        level: 'error',
        text: 'user reader lacks insert on shop.orders; insert, update, remove on shop.carts',
        fix: 'db.getSiblingDB("admin").grantRolesToUser("reader", [{ role: "readWrite", db: "shop" }])',
      },
    ]);
    expect(await found(guarded.uri)).toMatchObject([{ level: 'error' }]);
    const wrong = await findingsOf('mongodb reach', { mongodb: { uri: as('reader', 'wrong') } });
    expect(wrong).toMatchObject([
      { level: 'error', fix: expect.stringContaining('authSource') as string },
    ]);
    expect(JSON.stringify(wrong)).not.toContain('wrong');
  });
});

describe('Redis', () => {
  const redisOf = (check: string, redis: Readonly<Record<string, unknown>>) =>
    findingsOf(check, { mongodb: mongodb(), redis });

  test('eviction is an error, no append-only file a warning', async () => {
    await using evicting = await testRedis({
      appendonly: false,
      extraArgs: ['--maxmemory-policy', 'allkeys-lru'],
    });
    expect(await redisOf('redis policy', { uri: evicting.uri })).toMatchObject([
      { level: 'error', text: expect.stringContaining('allkeys-lru') as string },
      { level: 'warning', text: expect.stringContaining('appendonly') as string },
    ]);
  });

  test('where CONFIG is forbidden it says so, and takes what is declared', async () => {
    await using closed = await testRedis({ extraArgs: ['--rename-command', 'CONFIG', ''] });
    expect(await redisOf('redis policy', { uri: closed.uri })).toMatchObject([
      { level: 'warning', fix: expect.stringContaining('redis.declaredFsync') as string },
    ]);
    const declared = { uri: closed.uri, declaredFsync: 'always' };
    expect(await redisOf('redis policy', declared)).toMatchObject([{ level: 'ok' }]);
  });

  test('a replica is refused, and too few replicas', async () => {
    const extraArgs = ['--replicaof', `127.0.0.1 ${servers.redis.port}`];
    await using replica = await testRedis({ extraArgs });
    expect(await redisOf('redis replication', { uri: replica.uri })).toMatchObject([
      { level: 'error', text: expect.stringContaining('is a replica') as string },
    ]);
    const asked = { uri: servers.redis.uri, minReplicas: 3 };
    expect(await redisOf('redis replication', asked)).toMatchObject([{ level: 'error' }]);
  });

  test.each([
    ['with ACL DRYRUN', ['+acl|whoami', '+acl|dryrun']],
    ['by harmless calls', []],
  ])('a user who lacks a command is told which and how to grant it, %s', async (_how, more) => {
    await using guarded = await testRedis();
    const admin = await connectRedis(guarded.uri);
    const setUser = (...rules: readonly string[]) =>
      admin.command('ACL', 'SETUSER', 'app', 'reset', 'on', '>pw', ...rules, ...more);
    const redis = { uri: `redis://app:pw@127.0.0.1:${guarded.port}` };
    await setUser(...redisAclRules('hr').split(' '));
    expect(await redisOf('redis rights', redis)).toMatchObject([{ level: 'ok' }]);
    await setUser(...redisAclRules('hr').split(' '), '-xadd', '-set');
    const [missing] = await redisOf('redis rights', redis);
    expect(missing).toMatchObject({
      level: 'error',
      text: 'the user may not run set, xadd on hr:*',
      fix: expect.stringMatching(/^ACL SETUSER \S+ ~hr:\* .*\+xadd/) as string,
    });
    const other = { ...redis, prefix: 'other' };
    expect(await redisOf('redis rights', other)).toMatchObject([{ level: 'error' }]);
    expect(await admin.command('DBSIZE')).toBe(0);
    admin.close();
    const wrong = { uri: `redis://app:wrong@127.0.0.1:${guarded.port}` };
    expect(await redisOf('redis reach', wrong)).toMatchObject([
      { level: 'error', fix: expect.stringContaining('user and password') as string },
    ]);
  });
});

async function connectRedis(uri: string): Promise<RedisClient> {
  const redis = new RedisClient({ uri, log: silentLog });
  await redis.connect();
  return redis;
}
