import { BSON, Decimal128, Long, MaxKey, MinKey } from 'bson';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareValues } from '../../src/route/compare-values.ts';
import { hashShardKeyValue } from '../../src/route/hash-shard-key-value.ts';
import { ShardKey } from '../../src/route/shard-key.ts';
import { ShardMap } from '../../src/route/shard-map.ts';
import { bsonDocument, bsonScalar } from '../encode/bson-arbitrary.ts';
import { chunksAt, mapOf } from './chunks-at.ts';
import { rawValueOf } from './raw-value-of.ts';

test('a range begins with its first value and ends before the next', () => {
  const { shardOf } = mapOf({ n: 1 }, [[10], [20]], ['a', 'b', 'c']);
  const cases: [unknown, string][] = [
    [new MinKey(), 'a'],
    [9, 'a'],
    [9.999, 'a'],
    [10, 'b'],
    [Long.fromInt(10), 'b'],
    [Decimal128.fromString('19.99'), 'b'],
    [20, 'c'],
    ['a text', 'c'],
    [null, 'a'],
    [new MaxKey(), 'c'],
  ];
  for (const [n, shard] of cases) expect([n, shardOf({ x: 'before', n })]).toEqual([n, shard]);
});

test('a missing field is null, and so is what lies in no object', () => {
  const { shardOf } = mapOf({ 'at.n': 1 }, [[null], [0]], ['under null', 'null', 'over null']);
  expect(shardOf({ at: { m: 1, n: 5 } })).toBe('over null');
  for (const document of [{}, { at: {} }, { at: 5 }, { at: { n: null } }, { 'at.n': 5 }]) {
    expect(shardOf(document)).toBe('null');
  }
  expect(shardOf({ at: { n: new MinKey() } })).toBe('under null');
});

test('arrays have no shard key', () => {
  const { shardOf } = mapOf({ 'at.n': 1 }, [[0]], ['a', 'b']);
  expect(shardOf({ at: { n: [1] } })).toBeUndefined();
  expect(shardOf({ at: [{ n: 1 }] })).toBeUndefined();
});

test('compound keys are compared field by field', () => {
  const { shardOf } = mapOf(
    { region: 1, 'order.n': 1 },
    [
      ['de', 100],
      ['fr', new MinKey()],
    ],
    ['a', 'b', 'c'],
  );
  expect(shardOf({ region: 'de', order: { n: 99 } })).toBe('a');
  expect(shardOf({ order: { n: 100 }, region: 'de' })).toBe('b');
  expect(shardOf({ region: 'es', order: { n: 1 } })).toBe('b');
  expect(shardOf({ region: 'fr' })).toBe('c');
  expect(shardOf({})).toBe('a');
});

test('hashed keys are found by the hash of the value', () => {
  const { shardOf } = mapOf({ customer: 'hashed' }, [[Long.ZERO]], ['low', 'high']);
  // From the vectors of MongoDB: 42 hashes below 0, 1 above, a missing field above.
  expect(shardOf({ customer: 42 })).toBe('low');
  expect(shardOf({ customer: 1 })).toBe('high');
  expect(shardOf({ customer: 1.987 })).toBe('high');
  expect(shardOf({})).toBe('high');
  const exact = hashShardKeyValue('abc');
  const at = mapOf({ customer: 'hashed' }, [[exact], [exact + 1n]], ['a', 'b', 'c']);
  expect(at.shardOf({ customer: 'abc' })).toBe('b');
});

test('a compound key may be hashed in one field', () => {
  const { shardOf } = mapOf(
    { region: 1, customer: 'hashed' },
    [
      ['de', new MinKey()],
      ['de', Long.ZERO],
      ['fr', new MinKey()],
    ],
    ['a', 'de low', 'de high', 'c'],
  );
  expect(shardOf({ region: 'de', customer: 42 })).toBe('de low');
  expect(shardOf({ region: 'de', customer: 1 })).toBe('de high');
  expect(shardOf({ region: 'at', customer: 1 })).toBe('a');
});

test('a field called like the beginning of another one is not taken for it', () => {
  const { shardOf } = mapOf({ n: 1 }, [[0]], ['a', 'b']);
  expect(shardOf({ nn: 5, 'n\u00e4': 5, m: { n: 5 }, n: -1 })).toBe('a');
});

test('one shard alone needs no look at the document', () => {
  const { map, shardOf } = mapOf({ n: 1 }, [[0]], ['a', 'a']);
  expect(shardOf({ n: [1] })).toBe('a');
  expect([...map.shards]).toEqual(['a']);
});

test('chunks in any order make the same map', () => {
  const chunks = chunksAt(['n'], [[0], [10], [20]], ['a', 'b', 'c', 'd']);
  const map = ShardMap.of(new ShardKey({ n: 1 }), chunks.toReversed());
  expect(map).toBeInstanceOf(ShardMap);
  expect((map as ShardMap).shardOf(BSON.serialize({ n: 15 }))).toBe('c');
});

test('chunks that do not cover everything once are no map', () => {
  const chunks = chunksAt(['n'], [[0], [10], [20]], ['a', 'b', 'c', 'd']);
  const key = new ShardKey({ n: 1 });
  for (const missing of [0, 1, 2, 3]) {
    expect(ShardMap.of(key, chunks.toSpliced(missing, 1))).toBeTypeOf('string');
  }
  expect(ShardMap.of(key, [...chunks, ...chunks.slice(1, 2)])).toBeTypeOf('string');
  expect(ShardMap.of(key, [])).toBeTypeOf('string');
  expect(ShardMap.of(new ShardKey({ n: 1, m: 1 }), chunks)).toBeTypeOf('string');
  expect(ShardMap.of(new ShardKey({ n: 1, m: 1 }), [])).toBeTypeOf('string');
});

test('the search finds the chunk whose bounds enclose the value', () => {
  const value = fc.oneof(bsonScalar, bsonDocument, fc.integer({ min: -5, max: 5 }));
  const bounds = fc.array(value, { minLength: 1, maxLength: 30 }).map((values) => {
    const raw = values.map((v) => ({ v, raw: rawValueOf(v) }));
    raw.sort((one, other) => compareValues(one.raw, other.raw));
    return raw.filter(
      ({ v, raw: own }, n) =>
        !(v instanceof MinKey || v instanceof MaxKey) &&
        compareValues(own, raw[n - 1]?.raw ?? rawValueOf(new MinKey())) > 0,
    );
  });
  fc.assert(
    fc.property(bounds, value, (sorted, v) => {
      const shards = Array.from({ length: sorted.length + 1 }, (_, n) => `shard ${n}`);
      const { shardOf } = mapOf(
        { v: 1 },
        sorted.map((bound) => [bound.v]),
        shards,
      );
      const before = sorted.filter(({ raw }) => compareValues(raw, rawValueOf(v)) <= 0).length;
      expect(shardOf({ a: 1, v })).toBe(`shard ${before}`);
    }),
  );
});

test('a shard key is determined by the _id when all of it lies in the _id', () => {
  const isDetermined = (pattern: Record<string, unknown>) => new ShardKey(pattern).isDeterminedById;
  expect(isDetermined({ _id: 'hashed' })).toBe(true);
  expect(isDetermined({ '_id.region': 1, '_id.n': 'hashed' })).toBe(true);
  expect(isDetermined({ _id: 1, region: 1 })).toBe(false);
  expect(isDetermined({ _idle: 1 })).toBe(false);
});
