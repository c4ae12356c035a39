import { BSON, Long } from 'bson';
import { expect, test } from 'vitest';
import { murmur3x32 } from '../../src/route/murmur3-32.ts';
import { bucketCount, bucketOf, SetBuckets } from '../../src/route/set-buckets.ts';
import { shardKeyBytes } from '../../src/route/shard-key-bytes.ts';
import { ShardKey } from '../../src/route/shard-key.ts';

// Vectors that other implementations publish, most of them from the page on MurmurHash of Wikipedia.
test.each<[string | number[], number, number]>([
  ['', 0, 0],
  ['', 1, 0x514e28b7],
  ['', 0xffffffff, 0x81f16f39],
  ['test', 0, 0xba6bd213],
  ['test', 0x9747b28c, 0x704b81dc],
  ['Hello, world!', 0, 0xc0363e43],
  ['Hello, world!', 0x9747b28c, 0x24884cba],
  ['The quick brown fox jumps over the lazy dog', 0, 0x2e4ff723],
  ['The quick brown fox jumps over the lazy dog', 0x9747b28c, 0x2fa826cd],
  [[0xff, 0xff, 0xff, 0xff], 0, 0x76293b50],
  [[0x21, 0x43, 0x65, 0x87], 0, 0xf55b516b],
  [[0x21, 0x43, 0x65, 0x87], 0x5082edee, 0x2362f9de],
  [[0x21, 0x43, 0x65], 0, 0x7e4a8634],
  [[0x21, 0x43], 0, 0xa0f7b07a],
  [[0x21], 0, 0x72661cf4],
  [[0, 0, 0, 0], 0, 0x2362f9de],
  [[0, 0, 0], 0, 0x85f0b427],
  [[0, 0], 0, 0x30f4c306],
  [[0], 0, 0x514e28b7],
])('murmur3_32 of %j with seed %i', (content, seed, hash) => {
  expect(murmur3x32(Buffer.from(content as string), seed)).toBe(hash);
});

test('the shard key of a document is a document of its fields', () => {
  const key = new ShardKey({ region: 1, 'order.n': 1, missing: 1 });
  const whole = BSON.serialize({ _id: 1, order: { a: 'x', n: Long.ONE }, region: 'de', rest: [1] });
  expect(shardKeyBytes(key, whole)).toEqual(
    Buffer.from(BSON.serialize({ region: 'de', 'order.n': Long.ONE, missing: null })),
  );
  expect(shardKeyBytes(new ShardKey({ 'rest.a': 1 }), whole)).toBeUndefined();
});

test('buckets are filled evenly', () => {
  const filled = new Uint32Array(bucketCount);
  const documents = 100 * bucketCount;
  for (let n = 0; n < documents; n += 1) {
    const bucket = bucketOf(BSON.serialize({ customer: n }));
    filled[bucket] = (filled[bucket] as number) + 1;
  }
  // 100 expected in each; ten standard deviations leave nothing to chance.
  expect(Math.min(...filled)).toBeGreaterThan(0);
  expect(Math.max(...filled)).toBeLessThan(200);
});

test('a document belongs to the set that has its bucket', () => {
  const sets = SetBuckets.of({
    small: [[0, 9]],
    large: [
      [20, 4095],
      [10, 19],
    ],
  });
  for (let n = 0; n < 5000; n += 1) {
    const shardKey = BSON.serialize({ customer: n });
    expect(sets.setOf(shardKey)).toBe(bucketOf(shardKey) < 10 ? 'small' : 'large');
  }
});

test('every bucket has one set', () => {
  const codeOf = (sets: Parameters<typeof SetBuckets.of>[0]): string => {
    try {
      SetBuckets.of(sets);
      return 'none';
    } catch (cause) {
      return cause instanceof Error ? cause.message : String(cause);
    }
  };
  expect(codeOf({ a: [[0, 4095]] })).toBe('none');
  expect(codeOf({ a: [[0, 4094]] })).toContain('4095 belongs to no set');
  expect(codeOf({ a: [[0, 4095]], b: [[7, 7]] })).toContain('7 belongs to a and to b');
  for (const range of [
    [0, 4096],
    [-1, 4095],
    [5, 4],
    [0.5, 4095],
  ] as const) {
    expect(codeOf({ a: [range] })).toContain(`a names ${range[0]} to ${range[1]}`);
  }
});
