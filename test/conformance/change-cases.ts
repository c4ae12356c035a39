import { Decimal128 } from 'mongodb';
import { expect } from 'vitest';
import { ending, type Bench } from './subject.ts';

/** What any way into Headrace answers to changes in the direct lane, and what is stored then. */
export const changeCases: readonly (readonly [string, (bench: Bench) => Promise<void>])[] = [
  ['a replace answers in the shape of the driver, with a receipt', replaces],
  ['a replace of nothing matches nothing; with upsert it inserts', replacesNothing],
  ['an update applies its operators', updates],
  ['an update of nothing matches nothing; with upsert it inserts', updatesNothing],
  ['a condition that does not hold matches nothing', asksForTheCondition],
  ['a merge patch sets, goes into, and removes with null', patches],
  ['a delete deletes once', deletes],
  ['a delete under a condition that does not hold deletes nothing', deletesUnderACondition],
  ['an idempotency key gives the first answer again, and applies once', replaysUnderAKey],
  ['a refusal is the answer again too, whatever has changed since', replaysARefusal],
  ['an idempotency key with another change is refused', refusesReusedKeys],
  ['values of every kind are stored as the driver stores them', storesAsTheDriver],
  ['updates of one document at the same time are all applied', appliesAll],
  ['an update may not change the _id', keepsTheId],
  ['operators that are not offered are refused', refusesOperators],
  ['changes of an insert-only collection are refused', refusesInsertOnly],
  ['changes at eventual would take another lane, and are refused', refusesTheOtherLane],
];

const NOTHING = { matchedCount: 0, modifiedCount: 0, upsertedCount: 0, upsertedId: null };

async function replaces({ changing, changed }: Bench): Promise<void> {
  await changing.insertOne({ _id: 'replace', a: 1 });
  const answer = await changing.replaceOne({ _id: 'replace' }, { b: 2 });
  expect(Object.keys(answer).sort()).toEqual([
    'acknowledged',
    'matchedCount',
    'modifiedCount',
    'receipt',
    'upsertedCount',
    'upsertedId',
  ]);
  expect(answer).toMatchObject({
    ...{ acknowledged: true, matchedCount: 1, upsertedCount: 0, upsertedId: null },
    receipt: {
      ...{ lane: 'direct', tier: 'strong', state: 'applied', replayed: false },
      guaranteed: { w: 'majority', j: 'requested' },
    },
  });
  expect(await changed.findOne({ _id: 'replace' })).toEqual({ _id: 'replace', b: 2 });
}

async function replacesNothing({ changing, changed }: Bench): Promise<void> {
  const filter = { _id: 'replace nothing' };
  const absent = await changing.replaceOne(filter, { a: 1 });
  expect(absent).toMatchObject({ acknowledged: true, ...NOTHING });
  expect(absent.receipt).toMatchObject({ state: 'rejected', code: 'document-absent' });
  expect(await changed.findOne(filter)).toBeNull();
  const upserted = await changing.replaceOne(filter, { a: 1 }, { upsert: true });
  const counts = { matchedCount: 0, upsertedCount: 1, upsertedId: filter._id };
  expect(upserted).toMatchObject(counts);
  expect(await changed.findOne(filter)).toEqual({ ...filter, a: 1 });
}

async function updates({ changing, changed }: Bench): Promise<void> {
  await changing.insertOne({ _id: 'update', n: 1, list: ['a'], drop: 1, deep: { a: 1, b: 1 } });
  const update = {
    ...{ $set: { 'deep.a': 2, at: new Date(0) }, $inc: { n: 41 } },
    ...{ $push: { list: 'b' }, $unset: { drop: '' } },
  };
  const answer = await changing.updateOne({ _id: 'update' }, update, { idempotencyKey: 'u' });
  expect(answer).toMatchObject({ matchedCount: 1, upsertedCount: 0, upsertedId: null });
  expect(await changed.findOne({ _id: 'update' })).toEqual({
    ...{ _id: 'update', n: 42, list: ['a', 'b'], deep: { a: 2, b: 1 }, at: new Date(0) },
  });
}

async function updatesNothing({ changing, changed }: Bench): Promise<void> {
  const filter = { _id: 'update nothing' };
  const absent = await changing.updateOne(filter, { $set: { a: 1 } });
  expect(absent).toMatchObject({ ...NOTHING, receipt: { code: 'document-absent' } });
  const upserted = await changing.updateOne(filter, { $set: { a: 1 } }, { upsert: true });
  expect(upserted).toMatchObject({ matchedCount: 0, upsertedCount: 1, upsertedId: filter._id });
  expect(await changed.findOne(filter)).toEqual({ ...filter, a: 1 });
}

async function asksForTheCondition({ changing, changed }: Bench): Promise<void> {
  const _id = 'condition';
  await changing.insertOne({ _id, status: 'pending', total: 5 });
  const pay = () =>
    changing.updateOne(
      { _id, status: 'pending', total: { $gte: 5 } },
      { $set: { status: 'paid', paidAt: new Date(1) } },
    );
  expect(await pay()).toMatchObject({ matchedCount: 1 });
  const again = await pay();
  expect(again).toMatchObject({ acknowledged: true, ...NOTHING });
  expect(again.receipt).toMatchObject({ state: 'rejected', code: 'condition-failed' });
  const patched = await changing.patchOne({ _id, status: 'pending' }, { status: 'lost' });
  expect(patched).toMatchObject({ ...NOTHING, receipt: { code: 'condition-failed' } });
  expect(await changed.findOne({ _id })).toMatchObject({ status: 'paid' });
}

async function patches({ changing, changed }: Bench): Promise<void> {
  await changing.insertOne({ _id: 'patch', keep: 1, drop: 1, deep: { a: 1, b: 1 }, list: [1, 2] });
  const patch = { keep: undefined, drop: null, deep: { b: null, c: { d: 1 } }, list: [3] };
  expect(await changing.patchOne({ _id: 'patch' }, patch)).toMatchObject({ matchedCount: 1 });
  expect(await changed.findOne({ _id: 'patch' })).toEqual({
    ...{ _id: 'patch', keep: 1, deep: { a: 1, c: { d: 1 } }, list: [3] },
  });
}

async function deletes({ changing, changed }: Bench): Promise<void> {
  await changing.insertOne({ _id: 'delete' });
  const first = await changing.deleteOne({ _id: 'delete' });
  expect(Object.keys(first).sort()).toEqual(['acknowledged', 'deletedCount', 'receipt']);
  expect(first).toMatchObject({ acknowledged: true, deletedCount: 1 });
  expect(first.receipt).toMatchObject({ state: 'applied', lane: 'direct' });
  const second = await changing.deleteOne({ _id: 'delete' });
  expect(second).toMatchObject({ deletedCount: 0, receipt: { code: 'document-absent' } });
  expect(await changed.findOne({ _id: 'delete' })).toBeNull();
}

async function deletesUnderACondition({ changing, changed }: Bench): Promise<void> {
  const _id = 'delete if';
  await changing.insertOne({ _id, status: 'paid' });
  const kept = await changing.deleteOne({ _id, status: { $in: ['pending', 'lost'] } });
  expect(kept).toMatchObject({ deletedCount: 0, receipt: { code: 'condition-failed' } });
  expect(await changed.countDocuments({ _id })).toBe(1);
  expect(await changing.deleteOne({ _id, status: 'paid' })).toMatchObject({ deletedCount: 1 });
}

async function replaysUnderAKey({ changing, changed }: Bench): Promise<void> {
  await changing.insertOne({ _id: 'replay', n: 0 });
  const under = { idempotencyKey: 'inc' };
  const inc = () => changing.updateOne({ _id: 'replay' }, { $inc: { n: 1 } }, under);
  const first = await inc();
  const second = await inc();
  expect(first.receipt).toMatchObject({ replayed: false });
  expect(second).toMatchObject({ matchedCount: 1, upsertedCount: 0, upsertedId: null });
  expect(second.receipt).toMatchObject({ replayed: true, state: 'applied' });
  expect(await changed.findOne({ _id: 'replay' })).toEqual({ _id: 'replay', n: 1 });
}

async function replaysARefusal({ changing, changed }: Bench): Promise<void> {
  const under = { idempotencyKey: 'refusal' };
  const update = () => changing.updateOne({ _id: 'refusal' }, { $set: { n: 1 } }, under);
  expect((await update()).receipt).toMatchObject({ state: 'rejected', replayed: false });
  await changing.insertOne({ _id: 'refusal', n: 0 });
  const second = await update();
  expect(second).toMatchObject(NOTHING);
  expect(second.receipt).toMatchObject({ code: 'document-absent', replayed: true });
  expect(await changed.findOne({ _id: 'refusal' })).toEqual({ _id: 'refusal', n: 0 });
}

async function refusesReusedKeys({ changing, changed }: Bench): Promise<void> {
  await changing.insertOne({ _id: 'reused' });
  const set = (n: number) =>
    changing.updateOne({ _id: 'reused' }, { $set: { n } }, { idempotencyKey: 'reused' });
  expect(await ending(set(1))).toBe('applied');
  expect(await ending(set(2))).toBe('422 key-reused');
  expect(await changed.findOne({ _id: 'reused' })).toEqual({ _id: 'reused', n: 1 });
}

async function storesAsTheDriver({ changing, changed }: Bench): Promise<void> {
  const values = {
    numbers: [1, -0, 0.5, NaN],
    long: 2n ** 53n + 1n,
    decimal: Decimal128.fromString('19.90'),
    at: new Date(-1),
    bytes: new Uint8Array([0, 255]),
    missing: undefined,
  };
  for (const _id of ['replaced', 'updated', 'patched']) await changing.insertOne({ _id });
  await changing.replaceOne({ _id: 'replaced' }, values);
  await changing.updateOne({ _id: 'updated' }, { $set: values });
  await changing.patchOne({ _id: 'patched' }, values);
  await changed.insertOne({ _id: 'of the driver', ...values });
  const shown = { promoteValues: false, projection: { _id: 0 } };
  const drivers = await changed.findOne({ _id: 'of the driver' }, shown);
  expect(await changed.findOne({ _id: 'replaced' }, shown)).toEqual(drivers);
  expect(await changed.findOne({ _id: 'updated' }, shown)).toEqual(drivers);
  const present = Object.entries(drivers ?? {}).filter(([name]) => name !== 'missing');
  expect(await changed.findOne({ _id: 'patched' }, shown)).toEqual(Object.fromEntries(present));
}

async function appliesAll({ changing, changed }: Bench): Promise<void> {
  await changing.insertOne({ _id: 'hot', n: 0 });
  const calls = Array.from({ length: 30 }, (_, at) =>
    changing.updateOne({ _id: 'hot' }, { $inc: { n: 1 } }, { idempotencyKey: `hot-${at}` }),
  );
  for (const answer of await Promise.all(calls)) expect(answer.matchedCount).toBe(1);
  expect(await changed.findOne({ _id: 'hot' })).toEqual({ _id: 'hot', n: 30 });
}

async function keepsTheId({ changing }: Bench): Promise<void> {
  await changing.insertOne({ _id: 'id' });
  expect(await ending(changing.updateOne({ _id: 'id' }, { $set: { _id: 'other' } }))).toBe(
    '400 id-change',
  );
  expect(await ending(changing.patchOne({ _id: 'id' }, { _id: 'other' }))).toBe('400 id-change');
  expect(await ending(changing.replaceOne({ _id: 'id' }, { _id: 'other' }))).toBe('400 id-change');
}

async function refusesOperators({ changing }: Bench): Promise<void> {
  await changing.insertOne({ _id: 'operators' });
  const update = (update: object) => ending(changing.updateOne({ _id: 'operators' }, update));
  expect(await update({ $rename: { a: 'b' } })).toBe('400 bad-patch');
  expect(await update({ a: 1 })).toBe('400 bad-patch');
  const where = changing.updateOne({ _id: 'operators', $where: '1' }, { $set: { a: 1 } });
  expect(await ending(where)).toBe('400 bad-condition');
}

async function refusesInsertOnly({ orders }: Bench): Promise<void> {
  const refused = '400 collection-insert-only';
  expect(await ending(orders.replaceOne({ _id: 'a' }, { a: 1 }))).toBe(refused);
  expect(await ending(orders.updateOne({ _id: 'a' }, { $set: { a: 1 } }))).toBe(refused);
  expect(await ending(orders.patchOne({ _id: 'a' }, { a: 1 }))).toBe(refused);
  expect(await ending(orders.deleteOne({ _id: 'a' }))).toBe(refused);
}

async function refusesTheOtherLane({ changing }: Bench): Promise<void> {
  const call = changing.deleteOne({ _id: 'a' }, { tier: 'eventual' });
  expect(await ending(call)).toBe('400 lane-would-reorder');
}
