import { BSON, Long, type ObjectId, type UUID, type Document } from 'mongodb';
import { expect, test } from 'vitest';
import { encodeObject } from '../../src/encode/encode-object.ts';
import { madeIdBytes, type IdType } from '../../src/encode/id-value.ts';
import { idOfDocument } from '../../src/encode/id-of-document.ts';
import type { Tier, Write } from '../../src/gather/write-port.ts';
import { Identify } from '../../src/identify/identify.ts';
import { objectIdIn } from '../../src/identify/uuid.ts';
import type { Changes } from '../../src/writer-options.ts';
import type { InsertRequest } from '../../src/writer-port.ts';
import { StandingClock } from '../gather/some-write.ts';

const clock = new StandingClock();

function prepare(
  document: Document,
  parts: Partial<InsertRequest> & { idType?: IdType; changes?: Changes } = {},
): Write {
  const { idType = 'uuid', changes = 'none', ...rest } = parts;
  const identify = new Identify({
    secret: Buffer.alloc(32, 7),
    clock,
    collections: new Map([['shop.orders', { idType, changes }]]),
  });
  return identify.prepareInsert({
    namespace: 'shop.orders',
    document: encodeObject(document, { reservedBytes: madeIdBytes(idType) }),
    tier: 'strong',
    ...rest,
  });
}

const idempotencyKey = 'order 1';

function stored(write: Write): Document {
  return BSON.deserialize(write.document, { promoteBuffers: false });
}

test('a missing _id is the write id, in front, as the collection’s type says', () => {
  const asUuid = prepare({ n: 1 }, { idempotencyKey });
  expect(Object.keys(stored(asUuid))).toEqual(['_id', 'n']);
  expect((stored(asUuid)['_id'] as UUID).toString()).toBe(asUuid.writeId);
  expect(asUuid.writeId[14]).toBe('8');
  expect(stored(prepare({}, { idempotencyKey, idType: 'string' }))['_id']).toBe(asUuid.writeId);
  const asObjectId = stored(prepare({}, { idempotencyKey, idType: 'objectId' }))['_id'] as ObjectId;
  expect(asObjectId.toHexString()).toBe(asUuid.writeId.replaceAll('-', '').slice(0, 24));
});

test('without an idempotency key it is new each time, v7, and nobody else can name it', () => {
  const [one, other] = [prepare({ n: 1 }), prepare({ n: 1 })];
  expect([one.idOrigin, one.keyed, one.writeId[14]]).toEqual(['random', false, '7']);
  expect(one.writeId).not.toBe(other.writeId);
  const ids = [1, 2].map(() => stored(prepare({}, { idType: 'objectId' }))['_id'] as ObjectId);
  expect(ids[0]?.equals(ids[1])).toBe(false);
  const asObjectId = prepare({}, { idType: 'objectId' });
  const carried = objectIdIn(asObjectId.writeId).toString('hex');
  expect((stored(asObjectId)['_id'] as ObjectId).toHexString()).toBe(carried);
});

test('a named _id stays, and is part of what the idempotency key is valid for', () => {
  const named = prepare({ n: 1, _id: 5 }, { idempotencyKey });
  expect([named.idOrigin, named.canonicalId, stored(named)['_id']]).toEqual(['caller', 'n5', 5]);
  expect(named.writeId).toBe(prepare({ _id: Long.fromNumber(5) }, { idempotencyKey }).writeId);
  expect(named.writeId).not.toBe(prepare({ _id: 6 }, { idempotencyKey }).writeId);
  expect(named.writeId).not.toBe(prepare({}, { idempotencyKey }).writeId);
});

test('the tenant is part of it, and is never written', () => {
  const [one, other] = ['a', 'b'].map((tenant) => prepare({ n: 1 }, { idempotencyKey, tenant }));
  expect(one?.writeId).not.toBe(other?.writeId);
  expect(Object.keys(stored(one as Write))).toEqual(['_id', 'n']);
});

test('the fingerprint is of the content: not of tier or deadline', () => {
  const print = (document: Document, parts: Partial<InsertRequest> = {}): string =>
    prepare(document, { idempotencyKey, ...parts }).fingerprint.toString('hex');
  const one = print({ n: 1 });
  expect(print({ n: 1 }, { tier: 'balanced', deadlineMs: 5 })).toBe(one);
  expect(print({ n: 2 })).not.toBe(one);
  expect(print({ n: Long.fromNumber(1) })).not.toBe(one);
  expect(one).toHaveLength(64);
  expect(prepare({ n: 1 }).fingerprint.equals(Buffer.alloc(32))).toBe(true);
});

test('a frame restored is the same write, at tier eventual', () => {
  const write = prepare({ n: 1 }, { idempotencyKey, tier: 'eventual' });
  const identify = new Identify({
    secret: Buffer.alloc(32, 9),
    clock,
    collections: new Map([['shop.orders', { idType: 'uuid', changes: 'none' }]]),
  });
  const { namespace, document, writeId, fingerprint, keyed, idOrigin, tenant } = write;
  const restored = identify.restore({
    ...{ op: 'insert', upsert: false, suspect: false, sid: '1-0' },
    ...{ namespace, document, writeId, fingerprint, keyed, idOrigin, tenant },
    deadlineMs: 100,
  });
  expect([restored.writeId, restored.canonicalId, restored.tier]).toEqual([
    write.writeId,
    write.canonicalId,
    'eventual',
  ]);
  expect(restored.deadlineAtMs).toBe(clock.nowMs + 100);
});

test('refused: a collection that is not listed, and an _id that can not be made', () => {
  expect(() => prepare({}, { namespace: 'shop.other' })).toThrow(
    expect.objectContaining({ code: 'namespace-not-listed' }),
  );
  expect(() => prepare({}, { idType: 'long' })).toThrow(
    expect.objectContaining({ code: 'bad-id' }),
  );
  expect(prepare({ _id: 1 }, { idType: 'long' }).canonicalId).toBe('n1');
});

test('the deadline is 10 s from now unless told', () => {
  clock.nowMs = 500;
  expect([prepare({}).deadlineAtMs, prepare({}, { deadlineMs: 70 }).deadlineAtMs]).toEqual([
    10_500, 570,
  ]);
});

function change(parts: {
  changes?: Changes;
  tier?: Tier;
  needsKey?: boolean;
  key?: string;
}): Write {
  const { changes = 'direct', tier = 'strong', needsKey = false, key } = parts;
  const identify = new Identify({
    secret: Buffer.alloc(32, 7),
    clock,
    collections: new Map([['shop.orders', { idType: 'uuid', changes }]]),
  });
  const body = BSON.serialize({ _id: 1, merge: { paid: true } });
  return identify.prepareChange({
    namespace: 'shop.orders',
    change: { op: 'patch', id: idOfDocument(body), body, upsert: false, needsKey },
    tier,
    idempotencyKey: key,
  });
}

test('changes take the lane of their collection and no other', () => {
  expect(change({}).canonicalId).toBe('n1');
  expect(change({ changes: 'buffered', tier: 'eventual' }).ledgered).toBe(true);
  for (const [changes, tier, code] of [
    ['none', 'strong', 'collection-insert-only'],
    ['direct', 'eventual', 'lane-would-reorder'],
    ['buffered', 'strong', 'lane-would-reorder'],
    ['buffered', 'balanced', 'lane-would-reorder'],
  ] as const) {
    expect(() => change({ changes, tier })).toThrow(expect.objectContaining({ code }));
  }
});

test('a change that does more when applied twice needs an idempotency key', () => {
  expect(() => change({ needsKey: true })).toThrow(
    expect.objectContaining({ code: 'idempotency-key-needed' }),
  );
  expect(change({ needsKey: true, key: 'k' }).ledgered).toBe(true);
  expect(change({}).ledgered).toBe(false);
});
