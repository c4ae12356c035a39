import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadConfiguration, loadDraft } from '@headrace/gateway';
import type { RunningServer } from '@headrace/local-servers';
import { temporaryFolder, testMongo, type TemporaryFolder } from '@headrace/testkit';
import { Decimal128, Double, Long, MongoClient, ObjectId, UUID } from 'mongodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { initConfiguration } from '../src/init/init-configuration.ts';

let server: RunningServer;
let folder: TemporaryFolder;
beforeAll(async () => {
  server = await testMongo();
  folder = await temporaryFolder();
  const client = await new MongoClient(server.uri).connect();
  await fill(client);
  await client.close();
});
afterAll(async () => {
  await folder[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

async function fill(client: MongoClient): Promise<void> {
  const shop = client.db('shop');
  const orders = Array.from({ length: 60 }, (_, n) => ({
    _id: `order-${n}`,
    total: Decimal128.fromString('1.50'),
    placedAt: new Date(),
    customer: { key: new ObjectId(), seen: Long.fromNumber(n), name: 'A' },
    trace: new UUID(),
    note: n % 2 === 0 ? 'text' : new Date(),
    tags: [new Date()],
    count: n,
    'odd.name': new Date(),
  }));
  await shop.collection<{ _id: string }>('orders').insertMany(orders);
  await shop.collection('orders').createIndex({ trace: 1 }, { unique: true }, {});
  await shop.collection('orders').createIndex({ placedAt: 1 }, { expireAfterSeconds: 3600 }, {});
  const mixed = [{ _id: 'a' }, { _id: new ObjectId() }] as never[];
  await shop.collection('mixed').insertMany(mixed);
  await shop.collection<{ _id: Double }>('odd name').insertOne({ _id: new Double(1.5) });
  await shop.collection<{ _id: Long }>('counters').insertOne({ _id: Long.fromNumber(7) });
  await shop.collection<{ _id: UUID }>('events').insertOne({ _id: new UUID() });
  await shop.createCollection('empty');
  await client.db('headrace').collection('ledger').insertOne({});
  const sharded = client.db('config').collection<{ _id: string; key: unknown }>('collections');
  await sharded.insertOne({ _id: 'shop.events', key: { region: 1 } });
}

const target = (name: string) => join(folder.path, name);

test('lists what is there, with what was found in it, and reads back as a configuration', async () => {
  const path = target('headrace.yaml');
  const { namespaces, leftOut } = await initConfiguration({ mongodbUri: server.uri, path });
  const expected = ['counters', 'empty', 'events', 'mixed', 'odd name', 'orders'];
  expect(namespaces).toEqual(expected.map((name) => `shop.${name}`));
  expect(leftOut).toEqual([]);
  const { collections, mongodb } = await loadConfiguration({ path });
  expect(mongodb.uri).toBe(server.uri);
  expect(collections['shop.orders']).toEqual({
    ...{ tier: 'strong', changes: 'none', idType: 'string' },
    types: {
      total: 'decimal',
      placedAt: 'date',
      'customer.key': 'objectId',
      'customer.seen': 'long',
      trace: 'uuid',
    },
  });
  expect(collections['shop.counters']).toMatchObject({ idType: 'long' });
  expect(collections['shop.events']).toMatchObject({ idType: 'uuid', changes: 'direct' });
  const text = await readFile(path, 'utf8');
  expect(text).toContain('# unique index {"trace":1}');
  expect(text).toContain('# TTL index {"placedAt":1}, 3600 s');
  expect(text).toContain('# sharded by {"region":1}, which _id does not determine');
  expect(text).toMatch(/shop\.mixed:[^]*# _id is string, objectId in a sample/);
  expect(text).toMatch(/"shop\.odd name":[^]*# _id is double in a sample/);
  expect(text).toMatch(/shop\.empty:[^]*# empty/);
});

test('keeps a file that is there, unless forced', async () => {
  const path = target('kept.yaml');
  await writeFile(path, 'mine');
  const again = (force: boolean) => initConfiguration({ mongodbUri: server.uri, path, force });
  await expect(again(false)).rejects.toMatchObject({ code: 'configuration-exists' });
  expect(await readFile(path, 'utf8')).toBe('mine');
  await again(true);
  expect(await readFile(path, 'utf8')).toContain('collections:');
});

test('writes no password, and what it writes is still a configuration', async () => {
  await using guarded = await testMongo({ extraArgs: ['--auth'] });
  const first = await new MongoClient(guarded.uri).connect();
  await first.db('admin').command({ createUser: 'root', pwd: 'hunter2', roles: ['root'] });
  await first.close();
  const mongodbUri = `${guarded.uri.replace('://', '://root:hunter2@')}&authSource=admin`;
  const path = target('secret.yaml');
  const redisUri = 'redis://:hunter2@127.0.0.1';
  const { leftOut } = await initConfiguration({ mongodbUri, redisUri, path });
  expect(leftOut).toEqual(['mongodb', 'redis']);
  expect(await readFile(path, 'utf8')).not.toContain('hunter2');
  expect((await loadDraft({ path })).redis).toMatchObject({ prefix: 'hr' });
});

test('says why a server can not be read', async () => {
  const path = target('none.yaml');
  const mongodbUri = 'mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=100';
  await expect(initConfiguration({ mongodbUri, path })).rejects.toMatchObject({
    code: 'server-unreadable',
    message: expect.stringContaining('Nothing listens there') as string,
  });
});
