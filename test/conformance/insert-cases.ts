import { Decimal128, Long, ObjectId, UUID } from 'mongodb';
import { expect } from 'vitest';
import { ending, type Bench } from './subject.ts';

/** What any way into Headrace answers to inserts, and what is in the database then. */
export const insertCases: readonly (readonly [string, (bench: Bench) => Promise<void>])[] = [
  ['an insert answers in the shape of the driver, with a receipt', answersInTheDriversShape],
  ['a missing _id is made, and told', makesTheId],
  ['values of every kind are stored as the driver stores them', storesAsTheDriver],
  ['an _id that is taken by other content is a duplicate', refusesDuplicates],
  ['the same document again is replayed', replaysTheSame],
  ['an idempotency key gives the first answer again', replaysUnderAKey],
  ['an idempotency key with other content is refused', refusesReusedKeys],
  ['what the validator refuses is refused alone', refusesAlone],
  ['calls at the same time all end, each with its own answer', answersEach],
  ['a namespace that is not listed is refused', refusesUnlisted],
  ['eventual is refused without a buffered lane', refusesEventual],
  ['names that can not be stored are refused', refusesNames],
  ['at the deadline an answer is given, and a repeat under the key finds out', keepsDeadlines],
];

async function answersInTheDriversShape({ orders, stored }: Bench): Promise<void> {
  const answer = await orders.insertOne({ _id: 'shape', total: 1 });
  expect(Object.keys(answer).sort()).toEqual(['acknowledged', 'insertedId', 'receipt']);
  expect(answer).toMatchObject({ acknowledged: true, insertedId: 'shape' });
  expect(answer.receipt).toMatchObject({
    ...{ lane: 'direct', tier: 'strong', state: 'applied', replayed: false },
    guaranteed: { w: 'majority', j: 'requested' },
  });
  expect(await stored.findOne({ _id: 'shape' })).toEqual({ _id: 'shape', total: 1 });
}

async function makesTheId({ orders, stored }: Bench): Promise<void> {
  const { insertedId, receipt } = await orders.insertOne({ total: 2 });
  expect(insertedId).toBe(receipt.writeId);
  expect(await stored.findOne({ _id: receipt.writeId })).toEqual({ _id: insertedId, total: 2 });
}

async function storesAsTheDriver({ orders, stored }: Bench): Promise<void> {
  const document = {
    text: 'ü',
    numbers: [1, -0, 0.5, 2 ** 60, NaN],
    long: 2n ** 53n + 1n,
    decimal: Decimal128.fromString('19.90'),
    ids: [new ObjectId(), new UUID(), new Long(7)],
    at: [new Date(0), new Date(-1)],
    bytes: new Uint8Array([0, 255]),
    nothing: [undefined, null],
    missing: undefined,
    deep: { a: [{}] },
  };
  await orders.insertOne({ _id: 'kinds', ...document });
  await stored.insertOne({ _id: 'kinds of the driver', ...document });
  const [ours, drivers] = await Promise.all(
    ['kinds', 'kinds of the driver'].map((_id) =>
      stored.findOne({ _id }, { promoteValues: false, projection: { _id: 0 } }),
    ),
  );
  expect(ours).toEqual(drivers);
}

async function refusesDuplicates({ orders, stored }: Bench): Promise<void> {
  await orders.insertOne({ _id: 'taken', total: 1 });
  expect(await ending(orders.insertOne({ _id: 'taken', total: 2 }))).toBe('409 duplicate');
  expect(await stored.findOne({ _id: 'taken' })).toEqual({ _id: 'taken', total: 1 });
}

async function replaysTheSame({ orders }: Bench): Promise<void> {
  await orders.insertOne({ _id: 'same', total: 1 });
  expect(await ending(orders.insertOne({ _id: 'same', total: 1 }))).toBe('applied replayed');
}

async function replaysUnderAKey({ orders, stored }: Bench): Promise<void> {
  const insert = () => orders.insertOne({ total: 3, of: 'key' }, { idempotencyKey: 'key "1"' });
  const first = await insert();
  const second = await insert();
  expect(second.insertedId).toBe(first.insertedId);
  expect(second.receipt).toMatchObject({ writeId: first.receipt.writeId, replayed: true });
  expect(await stored.countDocuments({ of: 'key' })).toBe(1);
}

async function refusesReusedKeys({ orders, stored }: Bench): Promise<void> {
  const under = { idempotencyKey: 'reused' };
  await orders.insertOne({ of: 'reused', total: 1 }, under);
  const other = orders.insertOne({ of: 'reused', total: 2 }, under);
  expect(await ending(other)).toBe('422 key-reused');
  expect(
    await stored
      .find({ of: 'reused' })
      .map(({ total }) => total as number)
      .toArray(),
  ).toEqual([1]);
}

async function refusesAlone({ orders, stored }: Bench): Promise<void> {
  const calls = [1, -1, 2].map((total) => ending(orders.insertOne({ of: 'alone', total })));
  expect(await Promise.all(calls)).toEqual(['applied', '422 document-refused', 'applied']);
  expect(await stored.countDocuments({ of: 'alone' })).toBe(2);
}

async function answersEach({ orders, stored }: Bench): Promise<void> {
  const documents = Array.from({ length: 60 }, (_, n) => ({ _id: `each-${n % 50}`, n }));
  const endings = await Promise.all(documents.map((one) => ending(orders.insertOne(one))));
  expect(endings.filter((one) => one === 'applied')).toHaveLength(50);
  expect(endings.filter((one) => one === '409 duplicate')).toHaveLength(10);
  expect(await stored.countDocuments({ n: { $exists: true } })).toBe(50);
}

async function refusesUnlisted(bench: Bench): Promise<void> {
  const insert = async () => bench.collection('shop.unlisted').insertOne({ _id: 'a' });
  expect(await ending(insert())).toBe('403 namespace-not-listed');
}

async function refusesEventual({ orders }: Bench): Promise<void> {
  const call = orders.insertOne({ _id: 'queued' }, { tier: 'eventual' });
  expect(await ending(call)).toBe('400 lane-not-configured');
}

async function refusesNames({ orders, stored }: Bench): Promise<void> {
  expect(await ending(orders.insertOne({ _id: 'name', $set: 1 }))).toBe('400 bad-field-name');
  expect(await stored.findOne({ _id: 'name' })).toBeNull();
}

async function keepsDeadlines(bench: Bench): Promise<void> {
  const { orders, stored } = bench;
  const insert = (deadlineMs: number) =>
    orders.insertOne({ _id: 'late' }, { idempotencyKey: 'late', deadlineMs });
  await bench.withDatabaseStopped(async () => {
    const sinceMs = performance.now();
    expect(await ending(insert(300))).toBe('504 outcome-unknown');
    expect(performance.now() - sinceMs).toBeLessThan(1300);
  });
  // The library says that it is still under way; the client asks again by itself.
  await expect.poll(() => ending(insert(20_000))).toMatch(/^applied/);
  expect(await stored.countDocuments({ _id: 'late' })).toBe(1);
}
