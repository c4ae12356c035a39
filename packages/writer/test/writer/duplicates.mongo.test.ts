import { freshDatabaseName, testMongo } from '@headrace/testkit';
import type { RunningServer } from '@headrace/local-servers';
import { Decimal128, Double, Int32, Long, type UUID } from 'mongodb';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { ending, endings, testWriter, type TestWriter } from './test-writer.ts';

let server: RunningServer;
let desk: TestWriter;

beforeAll(async () => {
  server = await testMongo();
});
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(async () => {
  desk = await testWriter({ uri: server.uri });
});
afterEach(() => desk[Symbol.asyncDispose]());

test('a duplicate on a business index is rejected, naming the index', async () => {
  await desk.truth.createIndex({ sku: 1 }, { unique: true, name: 'one sku' }, {});
  await desk.orders.insertOne({ sku: 'a' });
  await expect(desk.orders.insertOne({ sku: 'a' })).rejects.toMatchObject({
    code: 'duplicate',
    status: 409,
    retry: 'never',
    details: { index: 'one sku', fields: ['sku'] },
  });
  expect(await desk.truth.countDocuments()).toBe(1);
});

test('an equal document at a caller-named _id is replayed, another is a duplicate', async () => {
  const document = { _id: 'a', n: 1 };
  expect(await ending(desk.orders.insertOne(document))).toBe('201');
  expect(await ending(desk.orders.insertOne(document))).toBe('201 replayed');
  await expect(desk.orders.insertOne({ _id: 'a', n: 2 })).rejects.toMatchObject({
    code: 'duplicate',
    status: 409,
    details: { index: '_id_' },
  });
  const keyed = desk.orders.insertOne({ _id: 'a', n: 2 }, { idempotencyKey: 'k' });
  expect(await ending(keyed)).toBe('409 duplicate');
  expect(await desk.truth.find().toArray()).toEqual([document]);
});

test('an idempotency key again: the first answer for equal content, 422 for other', async () => {
  const idempotencyKey = 'order 1';
  const first = await desk.orders.insertOne({ n: 1 }, { idempotencyKey });
  const again = await desk.orders.insertOne({ n: 1 }, { idempotencyKey, tier: 'strong' });
  expect(again).toEqual({ ...first, receipt: { ...first.receipt, replayed: true } });
  expect(await ending(desk.orders.insertOne({ n: 2 }, { idempotencyKey }))).toBe('422 key-reused');
  expect(await desk.truth.find().toArray()).toEqual([{ _id: first.insertedId, n: 1 }]);
});

test('one idempotency key twice at once: the second is told that it runs', async () => {
  const key = { idempotencyKey: 'order 1' };
  const [first, same, other] = await Promise.all([
    ending(desk.orders.insertOne({ n: 1 }, key)),
    ending(desk.orders.insertOne({ n: 1 }, key)),
    ending(desk.orders.insertOne({ n: 2 }, key)),
  ]);
  expect([first, same, other]).toEqual(['201', '409 idempotency-key-running', '422 key-reused']);
  expect(await desk.truth.countDocuments()).toBe(1);
});

test('the same idempotency key of two tenants makes two documents', async () => {
  const key = { idempotencyKey: 'order 1' };
  const ours = await desk.orders.insertOne({ n: 1 }, { ...key, tenant: 'a' });
  const theirs = await desk.orders.insertOne({ n: 2 }, { ...key, tenant: 'b' });
  expect(ours.receipt.replayed || theirs.receipt.replayed).toBe(false);
  expect(await desk.truth.countDocuments()).toBe(2);
});

test('a forged _id changes nothing of another tenant’s document, and nothing of its answer', async () => {
  const key = { idempotencyKey: 'order 1', tenant: 'a' };
  const ours = await desk.orders.insertOne({ n: 1 }, key);
  const forged = { _id: ours.insertedId as UUID, n: 666 };
  expect(await ending(desk.orders.insertOne(forged, { tenant: 'b' }))).toBe('409 duplicate');
  expect(await ending(desk.orders.insertOne(forged, { ...key, tenant: 'b' }))).toBe(
    '409 duplicate',
  );
  expect(await ending(desk.orders.insertOne({ n: 1 }, key))).toBe('201 replayed');
  expect(await desk.truth.find().toArray()).toEqual([{ _id: ours.insertedId, n: 1 }]);
});

test('1, 1L, 1.0 and Decimal 1 are one document: one is stored, in order, and none twice', async () => {
  const ids = [new Int32(1), Long.fromNumber(1), new Double(1), Decimal128.fromString('1.0')];
  const documents = ids.map((_id, n) => ({ _id, n }));
  expect(await endings(desk.orders, documents as never)).toEqual([
    '201',
    ...Array<string>(3).fill('409 duplicate'),
  ]);
  expect(await desk.truth.find().toArray()).toEqual([{ _id: 1, n: 0 }]);
});

test('1,000 writes with 5 poison ones: nobody else’s answer changes', async () => {
  await desk.truth.db.createCollection('orders', {
    validator: { $jsonSchema: { properties: { n: { bsonType: 'int' } } } },
  });
  await desk.truth.createIndex({ sku: 1 }, { unique: true }, {});
  await desk.truth.insertOne({ _id: 'taken' as never, sku: 'taken' });
  const poison = new Map<number, [object, string]>([
    [0, [{ n: 'text' }, '422 document-refused']],
    [250, [{ n: 1, sku: 'taken' }, '409 duplicate']],
    [500, [{ _id: 'taken', n: 1 }, '409 duplicate']],
    [501, [{ n: 2.5 }, '422 document-refused']],
    [999, [{ n: 1, sku: 's3' }, '409 duplicate']],
  ]);
  const documents = Array.from(
    { length: 1000 },
    (_, n) => poison.get(n)?.[0] ?? { n, sku: `s${n}` },
  );
  const expected = documents.map((_, n) => poison.get(n)?.[1] ?? '201');
  expect(await endings(desk.orders, documents)).toEqual(expected);
  expect(await desk.truth.countDocuments({ sku: /^s\d/ })).toBe(995);
});

test('a file of 1,000 keyed writes again: all replayed, nothing stored twice', async () => {
  const again = (): Promise<string[]> =>
    Promise.all(
      Array.from({ length: 1000 }, (_, n) =>
        ending(desk.orders.insertOne({ n }, { idempotencyKey: `file/${n}` })),
      ),
    );
  expect(new Set(await again())).toEqual(new Set(['201']));
  expect(new Set(await again())).toEqual(new Set(['201 replayed']));
  expect(await desk.truth.countDocuments()).toBe(1000);
});

test('two writers with one idempotency key at once: one document, one replay', async () => {
  const name = freshDatabaseName();
  await using one = await testWriter({ uri: server.uri, name });
  await using other = await testWriter({ uri: server.uri, name });
  const key = { idempotencyKey: 'order 1' };
  const both = await Promise.all([one, other].map(({ orders }) => orders.insertOne({ n: 1 }, key)));
  expect(both.map(({ receipt }) => receipt.replayed).sort()).toEqual([false, true]);
  expect(both[0]?.insertedId).toEqual(both[1]?.insertedId);
  expect(await one.truth.countDocuments()).toBe(1);
});
