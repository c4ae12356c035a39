import { completeDraft, loadDraft, openBoth, type RunningGateway } from '@headrace/gateway';
import { freshDatabaseName, testServers, type TestServers } from '@headrace/testkit';
import { Decimal128, MongoClient, type Collection } from 'mongodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect, type ClientCollection, type HeadraceClient } from '../src/index.ts';

interface Order {
  _id?: string;
  n: number;
  placedAt?: Date;
  total?: Decimal128;
}

let servers: TestServers;
let gateway: RunningGateway;
let truth: MongoClient;
let stored: Collection<Order & { _id: string }>;
let client: HeadraceClient;
let orders: ClientCollection<Order>;
let carts: ClientCollection<Order>;
let storedCarts: Collection<Order & { _id: string }>;

beforeAll(async () => {
  servers = await testServers();
  const database = freshDatabaseName();
  const collections = {
    [`${database}.orders`]: { idType: 'string' },
    [`${database}.carts`]: { idType: 'string', changes: 'buffered' },
  };
  const anywhere = { host: '127.0.0.1', port: 0 };
  gateway = await openBoth({
    ...completeDraft(await loadDraft({ text: JSON.stringify({ collections }) }), {
      ...{ mongodbUri: servers.mongodb.uri, redisUri: servers.redis.uri },
    }),
    ...{ listen: anywhere, adminListen: anywhere, workerListen: anywhere },
    log: { level: 'silent' },
  });
  truth = await new MongoClient(servers.mongodb.uri).connect();
  stored = truth.db(database).collection('orders');
  client = connect(gateway.url);
  orders = client.collection(`${database}.orders`);
  carts = client.collection(`${database}.carts`);
  storedCarts = truth.db(database).collection('carts');
});

afterAll(async () => {
  await gateway.stop();
  await truth.close();
  await servers[Symbol.asyncDispose]();
});

test('what was inserted is read as plain values, other types as Extended JSON', async () => {
  const placedAt = new Date('2026-11-22T10:00:00.500Z');
  const _id = 'A/1 ü?';
  await orders.insertOne({ _id, n: 1, placedAt, total: Decimal128.fromString('19.99') });
  expect(await orders.findOne({ _id })).toEqual({
    ...{ _id, n: 1, placedAt },
    total: { $numberDecimal: '19.99' },
  });
  expect(await orders.findOne({ _id: 'none' })).toBeNull();
});

test('a queued write is settled once it is in the database', async () => {
  const { receipt } = await orders.insertOne({ _id: 'queued', n: 1 }, { tier: 'eventual' });
  expect(receipt).toMatchObject({ state: 'queued', lane: 'buffered' });
  const { writeId } = receipt;
  expect(await client.settled(receipt)).toEqual({ writeId, state: 'applied' });
  expect(await stored.findOne({ _id: 'queued' })).toEqual({ _id: 'queued', n: 1 });
});

test('a queued write that is refused for good throws its reason', async () => {
  await orders.insertOne({ _id: 'taken', n: 1 });
  const { receipt } = await orders.insertOne({ _id: 'taken', n: 2 }, { tier: 'eventual' });
  await expect(client.settled(receipt)).rejects.toMatchObject({
    ...{ code: 'duplicate', deadLetter: true, writeId: receipt.writeId },
  });
});

test('queued changes are settled in their order, and told by their receipts', async () => {
  const _id = 'life';
  const answers = [
    await carts.replaceOne({ _id }, { n: 1 }, { upsert: true, tier: 'eventual' }),
    await carts.updateOne(
      { _id },
      { $inc: { n: 41 } },
      { tier: 'eventual', idempotencyKey: 'inc' },
    ),
    await carts.patchOne({ _id, n: 42 }, { placedAt: new Date(0) }),
  ];
  for (const { receipt } of answers) {
    expect(receipt).toMatchObject({ state: 'queued', lane: 'buffered', tier: 'eventual' });
    const { writeId } = receipt;
    expect(await client.settled(receipt)).toEqual({ writeId, state: 'applied' });
  }
  expect(await storedCarts.findOne({ _id })).toEqual({ _id, n: 42, placedAt: new Date(0) });
  const { receipt } = await carts.deleteOne({ _id, n: { $gte: 42 } }, { tier: 'eventual' });
  expect(await client.settled(receipt)).toMatchObject({ state: 'applied' });
  expect(await storedCarts.findOne({ _id })).toBeNull();
});

test('a queued change under its idempotency key counts once', async () => {
  const _id = 'once';
  const { receipt: inserted } = await carts.insertOne({ _id, n: 0 }, { tier: 'eventual' });
  await client.settled(inserted);
  const add = () => carts.updateOne({ _id }, { $inc: { n: 1 } }, { idempotencyKey: 'once' });
  const first = await add();
  const second = await add();
  expect(second.receipt.writeId).toBe(first.receipt.writeId);
  await client.settled(first.receipt);
  await client.settled(second.receipt);
  const third = await add();
  await client.settled(third.receipt);
  expect(await storedCarts.findOne({ _id })).toEqual({ _id, n: 1 });
});

test.each([
  ['of nothing', 'document-absent', { _id: 'nobody' }],
  ['whose condition does not hold', 'condition-failed', { _id: 'there', n: 2 }],
])('a queued change %s is told by settled, with its dead letter', async (_, code, filter) => {
  await storedCarts.updateOne({ _id: 'there' }, { $set: { n: 1 } }, { upsert: true });
  const answers = [
    await carts.updateOne(filter, { $set: { n: 3 } }),
    await carts.patchOne(filter, { n: 3 }),
    await carts.deleteOne(filter),
  ];
  for (const { receipt } of answers) {
    const { writeId } = receipt;
    const refusal = { code, deadLetter: true, writeId };
    await expect(client.settled(receipt)).rejects.toMatchObject(refusal);
  }
  expect(await storedCarts.findOne({ _id: 'there' })).toEqual({ _id: 'there', n: 1 });
});

test('changes of a buffered collection are refused at other tiers', async () => {
  const refused = { code: 'lane-would-reorder', status: 400 };
  await expect(carts.deleteOne({ _id: 'a' }, { tier: 'strong' })).rejects.toMatchObject(refused);
  const replace = carts.replaceOne({ _id: 'a' }, { n: 1 }, { tier: 'balanced' });
  await expect(replace).rejects.toMatchObject(refused);
});

test('a bulk insert that was cut off resumes under its key, and writes nothing twice', async () => {
  const count = 9000;
  async function* source(until: number): AsyncGenerator<Order> {
    for (let n = 0; n < count; n++) {
      if (n === until) throw new Error('the source broke');
      yield await Promise.resolve({ n: 1_000_000 + n });
    }
  }
  const idempotencyKey = 'bulk';
  const broken = orders.bulk(source(8500), { idempotencyKey });
  await expect(broken).rejects.toThrow('the source broke');
  const inBulk = { n: { $gte: 1_000_000 } };
  expect(await stored.countDocuments(inBulk)).toBe(8000);
  const result = await orders.bulk(source(Infinity), { idempotencyKey });
  expect(result).toEqual({
    ...{ idempotencyKey, lines: count, applied: count, queued: 0, replayed: 8000, failed: 0 },
    failures: [],
  });
  expect(await stored.countDocuments(inBulk)).toBe(count);
});
