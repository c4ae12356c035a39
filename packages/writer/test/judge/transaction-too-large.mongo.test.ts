import type { RunningServer } from '@headrace/local-servers';
import {
  failpoint,
  freshDatabaseName,
  testMongo,
  wireProxy,
  type WireProxy,
} from '@headrace/testkit';
import { Binary, MongoClient } from 'mongodb';
import { afterAll, beforeAll, beforeEach, afterEach, expect, test } from 'vitest';
import { openWriter, type Writer } from '../../src/index.ts';

let server: RunningServer;
let admin: MongoClient;
let proxy: WireProxy;
let writer: Writer;
let namespace: string;

beforeAll(async () => {
  // A transaction of the largest document stands still in a cache of less.
  server = await testMongo({ cacheMib: 1024 });
  admin = new MongoClient(server.uri);
});
afterAll(async () => {
  await admin.close();
  await server[Symbol.asyncDispose]();
});
beforeEach(async () => {
  const name = freshDatabaseName();
  namespace = `${name}.orders`;
  proxy = await wireProxy({ target: server });
  writer = await openWriter({
    ...{ uri: proxy.uri, database: `${name}_headrace` },
    collections: { [namespace]: { changes: 'direct', idType: 'string' } },
  });
});
afterEach(async () => {
  await writer.stop();
  await proxy.close();
});

test.each([257, 388])(
  'a server that can not hold the transaction (%i): refused at once, and for good',
  async (errorCode) => {
    await using point = await failpoint(admin, { commands: ['insert'], errorCode });
    const orders = writer.collection(namespace);
    const startMs = performance.now();
    await expect(orders.insertOne({ _id: 'a' }, { idempotencyKey: 'K' })).rejects.toMatchObject({
      ...{ code: 'transaction-too-large', retry: 'never', status: 413 },
      details: { serverCode: errorCode, namespace },
    });
    expect(performance.now() - startMs).toBeLessThan(5_000);
    await point.clear();
    expect(proxy.commands.filter(({ namespace: at }) => at === namespace)).toHaveLength(1);
  },
);

test('a batch too large for a transaction is divided, and all of it applied', async () => {
  await using point = await failpoint(admin, { commands: ['insert'], times: 1, errorCode: 388 });
  const orders = writer.collection(namespace);
  const ids = ['a', 'b', 'c', 'd'];
  await Promise.all(ids.map((_id) => orders.insertOne({ _id }, { idempotencyKey: _id })));
  await point.clear();
  const [name = ''] = namespace.split('.');
  expect(await admin.db(name).collection('orders').countDocuments()).toBe(4);
});

test('a document of the largest size is applied with its ledger row where the server has room', async () => {
  // `_id`, names and lengths take the rest of 16 MiB.
  const bytes = new Binary(Buffer.alloc(16_777_216 - 64, 7));
  const answer = await writer
    .collection(namespace)
    .insertOne({ _id: 'large', bytes }, { idempotencyKey: 'K' });
  expect(answer.receipt).toMatchObject({ state: 'applied' });
}, 60_000);
