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

beforeAll(async () => {
  servers = await testServers();
  const database = freshDatabaseName();
  const collections = { [`${database}.orders`]: { idType: 'string' } };
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
