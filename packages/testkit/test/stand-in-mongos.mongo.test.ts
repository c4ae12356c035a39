import type { RunningServer } from '@headrace/local-servers';
import { freshDatabaseName, StandInMongos, testMongo } from '@headrace/testkit';
import { Long, MaxKey, MinKey, MongoClient, type Collection, type Document } from 'mongodb';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

const names = ['north', 'middle', 'south'] as const;
let servers: RunningServer[];
let mongos: StandInMongos;
let client: MongoClient;
let shards: MongoClient[];
let database: string;
let orders: Collection<Document & { _id: number }>;

beforeAll(async () => {
  servers = await Promise.all(names.map(() => testMongo({ syncOnCommit: false })));
  mongos = await StandInMongos.open(
    names.map((name, n) => ({ name, server: servers[n] as RunningServer })),
  );
  client = new MongoClient(mongos.uri);
  shards = servers.map(({ uri }) => new MongoClient(uri));
});
afterAll(async () => {
  await client.close();
  await Promise.all(shards.map((shard) => shard.close()));
  await mongos.close();
  await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()));
});
beforeEach(async () => {
  database = freshDatabaseName();
  orders = client.db(database).collection('orders');
  await mongos.setChunks(`${database}.orders`, {
    key: { _id: 1 },
    chunks: [
      { min: { _id: new MinKey() }, max: { _id: 10 }, shard: 'north' },
      { min: { _id: 10 }, max: { _id: 20 }, shard: 'middle' },
      { min: { _id: 20 }, max: { _id: new MaxKey() }, shard: 'south' },
    ],
  });
});

/** What each shard has stored. */
function stored(collection = 'orders'): Promise<unknown[][]> {
  return Promise.all(
    shards.map((shard) => shard.db(database).collection(collection).distinct('_id')),
  );
}

function touched(): readonly string[] | undefined {
  return mongos.commands.at(-1)?.shards;
}

test('the driver takes it for mongos', async () => {
  const types = new Set<string>();
  await using other = new MongoClient(mongos.uri);
  other.on('topologyDescriptionChanged', ({ newDescription }) => types.add(newDescription.type));
  await other.db(database).collection('orders').findOne({});
  expect([...types]).toContain('Sharded');
});

test('documents go to the shards of their chunks, and are found again', async () => {
  const many = await orders.insertMany([{ _id: 1 }, { _id: 30 }, { _id: 15 }, { _id: 10 }]);
  expect(many.insertedCount).toBe(4);
  expect(await stored()).toEqual([[1], [10, 15], [30]]);
  expect(touched()).toEqual(['north', 'south', 'middle']);
  await orders.insertOne({ _id: 9 });
  expect(touched()).toEqual(['north']);
  const found = await orders.find({ _id: { $gt: 1 } }, { batchSize: 1 }).toArray();
  expect(found.map(({ _id }) => _id).sort()).toEqual([10, 15, 30, 9]);
});

test('errors come back at their places in the whole command', async () => {
  await orders.insertMany([{ _id: 1 }, { _id: 11 }, { _id: 21 }]);
  const again = [{ _id: 22 }, { _id: 21 }, { _id: 2 }, { _id: 1 }, { _id: 12 }];
  await expect(orders.insertMany(again, { ordered: false })).rejects.toMatchObject({
    insertedCount: 3,
    writeErrors: [
      { index: 1, code: 11000 },
      { index: 3, code: 11000 },
    ],
  });
  expect(await stored()).toEqual([
    [1, 2],
    [11, 12],
    [21, 22],
  ]);
});

test('in order it ends with the first error', async () => {
  await orders.insertOne({ _id: 11 });
  const rows = [{ _id: 1 }, { _id: 12 }, { _id: 11 }, { _id: 13 }, { _id: 2 }, { _id: 21 }];
  await expect(orders.insertMany(rows)).rejects.toMatchObject({
    insertedCount: 2,
    writeErrors: [{ index: 2 }],
  });
  expect(await stored()).toEqual([[1], [11, 12], []]);
});

test('updates and deletes go by the shard key of their filters', async () => {
  await orders.insertMany([{ _id: 1 }, { _id: 11 }, { _id: 21 }]);
  const result = await orders.bulkWrite(
    [
      { updateOne: { filter: { _id: 1 }, update: { $set: { n: 1 } } } },
      { updateOne: { filter: { _id: 25 }, update: { $set: { n: 1 } }, upsert: true } },
      { updateOne: { filter: { _id: { $eq: 11 } }, update: { $set: { n: 1 } } } },
      { deleteOne: { filter: { _id: 21 } } },
    ],
    { ordered: false },
  );
  expect(result).toMatchObject({ matchedCount: 2, modifiedCount: 2, deletedCount: 1 });
  expect(result.upsertedIds).toEqual({ 1: 25 });
  expect(await stored()).toEqual([[1], [11], [25]]);
});

test('hashed and compound keys', async () => {
  const lines = client.db(database).collection<Document & { _id: number }>('lines');
  await mongos.setChunks(`${database}.lines`, {
    key: { region: 1, customer: 'hashed' },
    chunks: [
      {
        min: { region: new MinKey(), customer: new MinKey() },
        max: { region: 'de', customer: Long.ZERO },
        shard: 'north',
      },
      {
        min: { region: 'de', customer: Long.ZERO },
        max: { region: new MaxKey(), customer: new MaxKey() },
        shard: 'south',
      },
    ],
  });
  // 42 hashes below 0, 1 above, as MongoDB's own tests have it.
  await lines.insertMany([
    { _id: 1, region: 'de', customer: 42 },
    { _id: 2, region: 'de', customer: 1 },
    { _id: 3, region: 'at', customer: 1 },
  ]);
  expect(await stored('lines')).toEqual([[1, 3], [], [2]]);
});

test('what is not sharded lies on the first shard, and has all its commands', async () => {
  const others = client.db(database).collection<Document & { _id: number }>('others');
  await others.insertMany([{ _id: 1 }, { _id: 30 }]);
  expect(await others.countDocuments()).toBe(2);
  expect(await stored('others')).toEqual([[1, 30], [], []]);
});

test('the map is served as config, and changes with the chunks', async () => {
  const config = client.db('config');
  const row = await config.collection('collections').findOne({ key: { _id: 1 } });
  const newest = () =>
    config.collection('chunks').findOne({ uuid: row?.['uuid'] }, { sort: { lastmod: -1 } });
  expect(await config.collection('chunks').countDocuments({ uuid: row?.['uuid'] })).toBe(3);
  expect(await config.collection('shards').distinct('_id')).toEqual([...names].sort());
  expect((await newest())?.['shard']).toBe('south');
  await mongos.setChunks(String(row?.['_id']), {
    key: { _id: 1 },
    chunks: [{ min: { _id: new MinKey() }, max: { _id: new MaxKey() }, shard: 'north' }],
  });
  expect((await newest())?.['shard']).toBe('north');
  mongos.refuseMetadata(true);
  await expect(newest()).rejects.toMatchObject({ code: 13 });
  mongos.refuseMetadata(false);
});

test('what it can not do it says in its own name', async () => {
  const refusal = { code: 238, message: expect.stringContaining('stand-in') as string };
  await expect(orders.countDocuments()).rejects.toMatchObject(refusal);
  await expect(orders.updateOne({ n: 1 }, { $set: { n: 2 } })).rejects.toMatchObject(refusal);
  await expect(orders.find({}, { sort: { _id: 1 } }).toArray()).rejects.toMatchObject(refusal);
  await client.withSession(async (session) => {
    session.startTransaction();
    await expect(orders.insertOne({ _id: 1 }, { session })).rejects.toMatchObject(refusal);
  });
});

test('a server that is gone ends the connection', async () => {
  const gone = servers[2] as RunningServer;
  await gone.kill();
  await expect(orders.insertOne({ _id: 30 })).rejects.toThrow();
  await gone.restart();
  await orders.insertOne({ _id: 31 });
  expect(touched()).toEqual(['south']);
});
