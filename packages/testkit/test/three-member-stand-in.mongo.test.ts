import { freshDatabaseName, testMongo, wireProxy, type WireProxy } from '@headrace/testkit';
import type { RunningServer } from '@headrace/local-servers';
import { MongoClient, type Collection, type MongoClientOptions } from 'mongodb';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';

let server: RunningServer;
let proxy: WireProxy;
let client: MongoClient;
let orders: Collection;
let truth: Collection;
let direct: MongoClient;

beforeAll(async () => {
  server = await testMongo();
  direct = new MongoClient(server.uri);
});
afterAll(async () => {
  await direct.close();
  await server[Symbol.asyncDispose]();
});
beforeEach(async () => {
  proxy = await wireProxy({ target: server });
  const name = freshDatabaseName();
  client = connect();
  orders = client.db(name).collection('orders');
  truth = direct.db(name).collection('orders');
});
afterEach(async () => {
  await client.close();
  await proxy.close();
});

function connect(options: MongoClientOptions = {}): MongoClient {
  return new MongoClient(proxy.uri, { retryWrites: false, ...options });
}

const CONFIRMED = { writeConcern: { w: 2, journal: true, wtimeoutMS: 5000 } };

test('the driver sees three members, all with data, and reads from a second one', async () => {
  const seen = new Set<string>();
  client.on('topologyDescriptionChanged', ({ newDescription }) => {
    for (const [address, { type }] of newDescription.servers) seen.add(`${address} ${type}`);
  });
  await orders.insertOne({ n: 1 });
  const secondary = client.db(orders.dbName, { readPreference: 'secondary' });
  expect(await secondary.collection('orders').countDocuments()).toBe(1);
  await expect.poll(() => [...seen].filter((one) => /RSSecondary/.test(one))).toHaveLength(2);
  expect([...seen].filter((one) => /RSPrimary/.test(one))).toHaveLength(1);
});

test('w:2, which the server alone refuses, is answered; commands are recorded as sent', async () => {
  await expect(truth.insertOne({ n: 0 }, CONFIRMED)).rejects.toMatchObject({ code: 100 });
  await orders.insertMany([{ n: 1 }, { n: 2 }], CONFIRMED);
  await orders.updateOne({ n: 1 }, { $set: { n: 3 } });
  await client.withSession((session) =>
    session.withTransaction(() => orders.deleteOne({ n: 2 }, { session }), CONFIRMED),
  );
  expect(await truth.distinct('n', { n: { $gt: 0 } })).toEqual([3]);
  const sent = { w: 2, j: true, wtimeout: 5000 };
  expect(proxy.commands).toEqual([
    { name: 'insert', namespace: orders.namespace, writeConcern: sent },
    { name: 'update', namespace: orders.namespace, writeConcern: undefined },
    { name: 'delete', namespace: orders.namespace, writeConcern: undefined },
    { name: 'commitTransaction', namespace: 'admin', writeConcern: sent },
  ]);
});

test('with the second member down, w over 1 is applied and answered below its tier', async () => {
  proxy.secondMember('down');
  const majority = { writeConcern: { w: 'majority' as const } };
  for (const concern of [CONFIRMED, majority]) {
    await expect(orders.insertOne({}, concern)).rejects.toMatchObject({
      name: 'MongoWriteConcernError',
      code: 64,
    });
  }
  await orders.insertOne({}, { writeConcern: { w: 1 } });
  expect(await truth.countDocuments()).toBe(3);
  proxy.secondMember('up');
  await orders.insertOne({}, CONFIRMED);
});

test('with the second member late, the answer is held back', async () => {
  await orders.insertOne({ n: 1 }, CONFIRMED);
  proxy.secondMember({ delayMs: 200 });
  const began = performance.now();
  await orders.insertOne({ n: 2 }, CONFIRMED);
  expect(performance.now() - began).toBeGreaterThanOrEqual(190);
});

test('w:1 is acknowledged and forgotten on demand, majority never is', async () => {
  proxy.forgetUnreplicated(true);
  const once = { writeConcern: { w: 1 } };
  expect((await orders.insertMany([{ n: 1 }, { n: 2 }], once)).insertedCount).toBe(2);
  await orders.insertOne({ n: 3 }, { writeConcern: { w: 'majority' } });
  expect(await truth.distinct('n')).toEqual([3]);
  expect((await orders.deleteOne({ n: 3 }, once)).deletedCount).toBe(1);
  expect((await orders.updateOne({ n: 3 }, { $set: { n: 4 } }, once)).modifiedCount).toBe(1);
  expect(await truth.distinct('n')).toEqual([3]);
});

test('a lost answer: the command has run, the driver sees the network fail, then retries', async () => {
  proxy.cutBeforeReply('insert', 1);
  await expect(orders.insertOne({ _id: 1 as never })).rejects.toMatchObject({
    name: 'MongoNetworkError',
  });
  expect(await truth.countDocuments()).toBe(1);
  const retrying = connect({ retryWrites: true });
  try {
    proxy.cutBeforeReply('insert', 1);
    await retrying
      .db(orders.dbName)
      .collection('orders')
      .insertOne({ _id: 2 as never });
  } finally {
    await retrying.close();
  }
  expect(await truth.countDocuments()).toBe(2);
});

test('a black hole holds writes until it is off; a cut ends what is in flight', async () => {
  await orders.insertOne({ n: 1 });
  proxy.blackHole(true);
  const held = orders.insertOne({ n: 2 });
  await truth.insertOne({ n: 3 });
  expect(await truth.distinct('n')).toEqual([1, 3]);
  proxy.blackHole(false);
  await held;
  proxy.blackHole(true);
  const lost = orders.insertOne({ n: 4 });
  const failure = expect(lost).rejects.toMatchObject({ name: 'MongoNetworkError' });
  proxy.cut();
  await failure;
  expect(await truth.distinct('n')).toEqual([1, 2, 3]);
});
