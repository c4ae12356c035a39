import type { LogFields, Metrics } from '@headrace/base';
import type { RunningServer } from '@headrace/local-servers';
import { freshDatabaseName, StandInMongos, testMongo } from '@headrace/testkit';
import { BSON, MaxKey, MinKey, MongoClient, type Document } from 'mongodb';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { ShardMaps } from '../../src/route/shard-maps.ts';
import { someWrite, StandingClock } from '../gather/some-write.ts';

let server: RunningServer;
let mongos: StandInMongos;
let client: MongoClient;
let config: MongoClient;
let namespace: string;
let clock: StandingClock;
let log: string[];
let measured: Record<string, number>;
let maps: ShardMaps;

beforeAll(async () => {
  server = await testMongo({ syncOnCommit: false });
  mongos = await StandInMongos.open(['a', 'b'].map((name) => ({ name, server })));
  client = new MongoClient(mongos.uri);
  config = new MongoClient(server.uri);
});
afterAll(async () => {
  await client.close();
  await config.close();
  await mongos.close();
  await server[Symbol.asyncDispose]();
});
beforeEach(async () => {
  namespace = `${freshDatabaseName()}.orders`;
  clock = new StandingClock();
  log = [];
  measured = {};
  maps = new ShardMaps({
    ...{
      client,
      namespaces: [namespace, 'shop.plain'],
      clock,
      metrics: metrics(),
      lookEveryMs: 10,
    },
    log: { info: note, warn: note, error: note },
  });
  await splitAt(0);
});
afterEach(() => {
  mongos.refuseMetadata(false);
});

function note(_fields: LogFields, message: string): void {
  log.push(message);
}

function metrics(): Metrics {
  return {
    gauge: ({ name }) => ({ set: (_labels, value) => (measured[name] = value) }),
    counter: ({ name }) => ({ add: () => (measured[name] = (measured[name] ?? 0) + 1) }),
    histogram: () => ({ observe: () => undefined }),
  };
}

/** Below `bound` on a, from there on b. */
async function splitAt(bound: number): Promise<void> {
  await mongos.setChunks(namespace, {
    key: { n: 1 },
    chunks: [
      { min: { n: new MinKey() }, max: { n: bound }, shard: 'a' },
      { min: { n: bound }, max: { n: new MaxKey() }, shard: 'b' },
    ],
  });
}

function shardOf(document: Document, to = namespace): string {
  return maps.shardOf(someWrite({ namespace: to, document: BSON.serialize(document) }));
}

async function lookAfter(ms: number): Promise<void> {
  clock.nowMs += ms;
  await maps.lookIfDue();
}

test('before the first look, and of what is not sharded, no shard is known', async () => {
  expect(shardOf({ n: 5 })).toBe('');
  await maps.look();
  expect(shardOf({ n: 5 })).toBe('b');
  expect(shardOf({ n: 5 }, 'shop.plain')).toBe('');
  expect(maps.keyOf('shop.plain')).toBeUndefined();
  expect(maps.keyOf(namespace)?.fields).toMatchObject([{ path: 'n', isHashed: false }]);
});

test('chunks that have moved are noticed when it is time to look, and read only then', async () => {
  await maps.look();
  await splitAt(10);
  await lookAfter(9);
  expect(shardOf({ n: 5 })).toBe('b');
  await lookAfter(1);
  expect(shardOf({ n: 5 })).toBe('a');
  for (let times = 0; times < 5; times += 1) await lookAfter(10);
  expect(measured['writer_shard_map_loads_total']).toBe(2);
});

test('what can not be read is warned of once; the map of before is kept', async () => {
  await maps.look();
  mongos.refuseMetadata(true);
  await splitAt(10);
  for (let times = 0; times < 3; times += 1) await lookAfter(60_000);
  expect(log).toHaveLength(1);
  expect(log[0]).toContain('config.chunks');
  expect(measured['writer_shard_maps_readable']).toBe(0);
  expect(shardOf({ n: 5 })).toBe('b');
  mongos.refuseMetadata(false);
  await lookAfter(60_000);
  expect(log).toHaveLength(2);
  expect(measured['writer_shard_maps_readable']).toBe(1);
  expect(shardOf({ n: 5 })).toBe('a');
});

test('without rights from the start nothing has a shard', async () => {
  mongos.refuseMetadata(true);
  await maps.look();
  expect([shardOf({ n: 5 }), log.length]).toEqual(['', 1]);
});

test('chunks read in the middle of a move are not used, and read again', async () => {
  await maps.look();
  await splitAt(10);
  const chunks = config.db('config').collection('chunks');
  const gone = await chunks.findOneAndDelete({ 'max.n': 10 }, { sort: { lastmod: -1 } });
  await lookAfter(10);
  expect(shardOf({ n: 5 })).toBe('b');
  await chunks.insertOne(gone ?? {});
  await lookAfter(10);
  expect(shardOf({ n: 5 })).toBe('a');
  expect(log).toEqual([]);
});

test('chunks on a shard that the cluster does not name are not used', async () => {
  const shards = config.db('config').collection<{ _id: string }>('shards');
  const b = await shards.findOneAndDelete({ _id: 'b' });
  await maps.look();
  expect(shardOf({ n: 5 })).toBe('');
  await shards.insertOne(b ?? { _id: 'b' });
  await lookAfter(10);
  expect(shardOf({ n: 5 })).toBe('b');
});

test('before 5.0 chunks were filed by namespace', async () => {
  const collections = config.db('config').collection<{ _id: string }>('collections');
  const row = await collections.findOne({ _id: namespace });
  await collections.updateOne({ _id: namespace }, { $unset: { timestamp: 1 } });
  const { uuid } = row as { uuid?: unknown };
  await config
    .db('config')
    .collection('chunks')
    .updateMany({ uuid }, { $set: { ns: namespace }, $unset: { uuid: 1 } });
  await maps.look();
  expect(shardOf({ n: 5 })).toBe('b');
});

test('a change by _id alone has a shard only where the _id determines it', async () => {
  const document = BSON.serialize({ _id: 5 });
  await maps.look();
  expect(maps.shardOf(someWrite({ namespace, op: 'delete', document }))).toBe('');
  await mongos.setChunks(namespace, {
    key: { _id: 1 },
    chunks: [{ min: { _id: new MinKey() }, max: { _id: new MaxKey() }, shard: 'b' }],
  });
  await lookAfter(10);
  expect(maps.shardOf(someWrite({ namespace, op: 'delete', document }))).toBe('b');
});
