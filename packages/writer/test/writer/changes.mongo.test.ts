import type { RunningServer } from '@headrace/local-servers';
import { freshDatabaseName, testMongo } from '@headrace/testkit';
import { Decimal128, Double, Int32, Long, UUID } from 'mongodb';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { testWriter, type TestWriter } from './test-writer.ts';

let server: RunningServer;
let desk: TestWriter;

beforeAll(async () => {
  server = await testMongo();
});
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(async () => {
  const name = freshDatabaseName();
  const collections = { [`${name}.orders`]: { changes: 'direct' } } as const;
  desk = await testWriter({ uri: server.uri, name, collections });
});
afterEach(() => desk[Symbol.asyncDispose]());

const applied = { state: 'applied', lane: 'direct', tier: 'strong', replayed: false };
const absent = { state: 'rejected', code: 'document-absent', lane: 'direct', replayed: false };

test('a document is inserted, updated, patched, replaced and deleted, as the driver answers', async () => {
  const { orders, truth } = desk;
  await orders.insertOne({ _id: 'o1', n: 1, lines: [{ sku: 'a' }] });
  const updated = await orders.updateOne(
    { _id: 'o1', n: { $lt: 2 } },
    { $inc: { n: 1 }, $push: { lines: { sku: 'b' } } },
    { idempotencyKey: 'k' },
  );
  expect(updated).toMatchObject({
    ...{ acknowledged: true, matchedCount: 1, modifiedCount: 1 },
    ...{ upsertedCount: 0, upsertedId: null, receipt: applied },
  });
  expect(updated.receipt.writeId).toMatch(/^[0-9a-f-]{36}$/);
  await orders.patchOne({ _id: 'o1' }, { address: { city: 'Ulm' }, lines: null });
  expect(await truth.findOne()).toEqual({ _id: 'o1', n: 2, address: { city: 'Ulm' } });
  expect(await orders.replaceOne({ _id: 'o1' }, { m: 1 })).toMatchObject({ matchedCount: 1 });
  expect(await truth.findOne()).toEqual({ _id: 'o1', m: 1 });
  const deleted = await orders.deleteOne({ _id: 'o1', m: 1 });
  expect(deleted).toMatchObject({ acknowledged: true, deletedCount: 1, receipt: applied });
  expect(await truth.countDocuments()).toBe(0);
});

test('a change of nothing, and one whose condition is not so, count 0 and say which', async () => {
  const { orders, truth } = desk;
  const nothing = { matchedCount: 0, modifiedCount: 0, upsertedCount: 0, upsertedId: null };
  expect(await orders.updateOne({ _id: 1 }, { $set: { a: 1 } })).toMatchObject({
    ...nothing,
    receipt: absent,
  });
  expect(await orders.patchOne({ _id: 1, a: 1 }, { a: 1 })).toMatchObject({ receipt: absent });
  expect(await orders.replaceOne({ _id: 1 }, { a: 1 })).toMatchObject({ receipt: absent });
  expect(await orders.deleteOne({ _id: 1 })).toMatchObject({ deletedCount: 0, receipt: absent });
  await orders.insertOne({ _id: 1, status: 'paid' });
  const failed = { ...absent, code: 'condition-failed' };
  const filter = { _id: 1, status: 'pending' };
  expect(await orders.patchOne(filter, { a: 1 })).toMatchObject({ ...nothing, receipt: failed });
  expect(await orders.deleteOne(filter)).toMatchObject({ deletedCount: 0, receipt: failed });
  expect(await truth.find().toArray()).toEqual([{ _id: 1, status: 'paid' }]);
});

test('an upsert inserts what is not there, without the fields of its condition', async () => {
  const { orders, truth } = desk;
  const upsert = { upsert: true };
  const upserted = { matchedCount: 0, modifiedCount: 0, upsertedCount: 1, receipt: applied };
  const one = await orders.updateOne({ _id: 'a', status: 'new' }, { $set: { n: 1 } }, upsert);
  expect(one).toMatchObject({ ...upserted, upsertedId: 'a' });
  expect(await orders.patchOne({ _id: 'b' }, { n: 1, m: null }, upsert)).toMatchObject(upserted);
  expect(await orders.replaceOne({ _id: 'c' }, { n: 1 }, upsert)).toMatchObject(upserted);
  const again = await orders.replaceOne({ _id: 'c' }, { n: 2 }, upsert);
  expect(again).toMatchObject({ matchedCount: 1, modifiedCount: 1, upsertedCount: 0 });
  expect(await truth.find().sort({ _id: 1 }).toArray()).toEqual([
    { _id: 'a', n: 1 },
    { _id: 'b', n: 1 },
    { _id: 'c', n: 2 },
  ]);
});

test('an undefined field of a merge patch is left alone, not removed', async () => {
  await desk.orders.insertOne({ _id: 1, a: 1, b: 1 });
  await desk.orders.patchOne({ _id: 1 }, { a: undefined, b: 2 });
  expect(await desk.truth.findOne()).toEqual({ _id: 1, a: 1, b: 2 });
});

test('one idempotency key again answers as the first time, 404 and all', async () => {
  const { orders } = desk;
  const key = { idempotencyKey: 'k' };
  await orders.insertOne({ _id: 1, n: 1 });
  const first = await orders.updateOne({ _id: 1 }, { $inc: { n: 1 } }, key);
  const again = await orders.updateOne({ _id: 1 }, { $inc: { n: 1 } }, key);
  expect(again).toEqual({ ...first, receipt: { ...first.receipt, replayed: true } });
  const gone = await orders.deleteOne({ _id: 2 }, key);
  await orders.insertOne({ _id: 2 });
  const stillGone = await orders.deleteOne({ _id: 2 }, key);
  expect(stillGone).toEqual({ ...gone, receipt: { ...gone.receipt, replayed: true } });
  await expect(orders.updateOne({ _id: 1 }, { $inc: { n: 2 } }, key)).rejects.toMatchObject({
    code: 'key-reused',
  });
  expect(await desk.truth.find().sort({ _id: 1 }).toArray()).toEqual([
    { _id: 1, n: 2 },
    { _id: 2 },
  ]);
});

test('a document is the same whichever number type names it', async () => {
  const { orders, truth } = desk;
  const sevens = [new Int32(7), Long.fromNumber(7), new Double(7), Decimal128.fromString('7.0')];
  await orders.insertOne({ _id: new Double(7), n: 0 });
  const changes = sevens.flatMap((_id, at) => [
    orders.updateOne({ _id }, { $set: { [`by${at}`]: 1 } }),
    orders.patchOne({ _id }, { [`at${at}`]: 1 }),
  ]);
  for (const { matchedCount } of await Promise.all(changes)) expect(matchedCount).toBe(1);
  const byAndAt = { by0: 1, by1: 1, by2: 1, by3: 1, at0: 1, at1: 1, at2: 1, at3: 1 };
  expect(await truth.find().toArray()).toEqual([{ _id: 7, n: 0, ...byAndAt }]);
  for (const _id of sevens) {
    expect(await orders.replaceOne({ _id }, { _id: 7, m: 1 })).toMatchObject({ matchedCount: 1 });
  }
  expect(await truth.findOne({}, { promoteValues: false })).toMatchObject({ _id: new Double(7) });
});

test.each([
  ['no _id', {}, { $set: { a: 1 } }, 'bad-id', 'many documents'],
  ['an undefined _id', { _id: undefined }, { $set: { a: 1 } }, 'bad-id', 'many documents'],
  ['operators on _id', { _id: { $in: [1, 2] } }, { $set: { a: 1 } }, 'bad-id', 'operators'],
  ['a pattern as _id', { _id: /a/ }, { $set: { a: 1 } }, 'bad-id', 'regular expression'],
  ['$or', { _id: 1, $or: [{ a: 1 }] }, { $set: { a: 1 } }, 'bad-condition', '$or'],
  ['a path into _id', { _id: 1, '_id.a': 1 }, { $set: { a: 1 } }, 'bad-condition', '_id'],
  ['a pattern', { _id: 1, a: /x/ }, { $set: { a: 1 } }, 'bad-condition', 'regular expression'],
  ['a document as update', { _id: 1 }, { a: 1 }, 'bad-patch', 'at /a'],
  ['a pipeline', { _id: 1 }, [{ $set: { a: 1 } }], 'bad-object', 'object of fields'],
  ['an update of _id', { _id: 1 }, { $set: { _id: 2 } }, 'id-change', '/$set/_id'],
  ['$inc without a key', { _id: 1 }, { $inc: { a: 1 } }, 'idempotency-key-needed', ''],
  ['a function', { _id: 1 }, { $set: { a: { _bsontype: 'x' } } }, 'bad-object', ''],
] as const)('%s is refused', async (_what, filter, update, code, part) => {
  const refused = desk.orders.updateOne(filter as never, update as never);
  await expect(refused).rejects.toMatchObject({ code });
  await expect(refused).rejects.toThrow(part);
});

test('other ids and operators in merge patches and replacements are refused', async () => {
  const { orders } = desk;
  await expect(orders.patchOne({ _id: 1 }, { _id: 2 })).rejects.toMatchObject({
    code: 'id-change',
  });
  await expect(orders.patchOne({ _id: 1 }, { 'a.b': 2 })).rejects.toMatchObject({
    code: 'bad-field-name',
    details: { path: '/a.b' },
  });
  await expect(orders.replaceOne({ _id: 1 }, { _id: 2 })).rejects.toMatchObject({
    code: 'id-change',
  });
  await expect(orders.replaceOne({ _id: 1, a: 1 } as never, {})).rejects.toMatchObject({
    code: 'bad-condition',
  });
  await expect(orders.replaceOne({ _id: 1 }, { $set: {} })).rejects.toMatchObject({
    code: 'bad-field-name',
  });
});

test.each([
  ['paths in each other', { $set: { a: { b: 1 } }, $unset: { 'a.b': '' } }],
  ['a path through a number', { $set: { 'n.x': 1 } }],
  ['a push to a number', { $addToSet: { n: 1 } }],
])('what only the server can tell, %s, is refused alone', async (_what, update) => {
  const { orders } = desk;
  await orders.insertOne({ _id: 1, n: 1 });
  const [refused, ...others] = await Promise.allSettled([
    orders.updateOne({ _id: 1 }, update as never),
    ...Array.from({ length: 20 }, (_, at) =>
      orders.replaceOne({ _id: at + 2 }, { at }, { upsert: true }),
    ),
  ]);
  expect(refused).toMatchObject({ reason: { status: 422, code: 'refused-by-server' } });
  expect(others.every(({ status }) => status === 'fulfilled')).toBe(true);
  expect(await desk.truth.countDocuments()).toBe(21);
});

test('a shape types filter, update and patch', async () => {
  interface Order {
    readonly _id: UUID;
    readonly status: 'pending' | 'paid';
    readonly address: { readonly city: string; readonly zip?: string };
    readonly tags: readonly string[];
  }
  const orders = desk.writer.collection<Order>(desk.namespace);
  const _id = new UUID();
  await orders.insertOne({ _id, status: 'pending', address: { city: 'Ulm', zip: '1' }, tags: [] });
  await orders.patchOne({ _id }, { address: { zip: null }, tags: ['a'] });
  await orders.updateOne({ _id, status: 'pending' }, { $set: { status: 'paid' } });
  // @ts-expect-error a patch of a field of another type
  await orders.patchOne({ _id }, { status: 'lost' });
  const stored = { _id, status: 'lost', address: { city: 'Ulm' }, tags: ['a'] };
  expect(await desk.truth.findOne()).toEqual(stored);
});
