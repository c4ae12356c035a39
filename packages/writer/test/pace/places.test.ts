import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Places } from '../../src/pace/places.ts';

/** Shards that take places and give them back. */
function shards(total: number, count: number) {
  const places = new Places(total);
  const inFlight = Array.from({ length: count }, () => 0);
  places.divide(inFlight);
  return {
    inFlight,
    take: (shard: number): boolean => {
      const taken = places.take(inFlight[shard] ?? 0);
      if (taken) inFlight[shard] = (inFlight[shard] ?? 0) + 1;
      return taken;
    },
    giveBack: (shard: number): void => {
      inFlight[shard] = (inFlight[shard] ?? 0) - 1;
      places.giveBack(inFlight[shard] ?? 0);
    },
  };
}

function takeAll(from: ReturnType<typeof shards>, shard: number): number {
  let taken = 0;
  while (from.take(shard)) taken += 1;
  return taken;
}

test('one shard may have all of them', () => {
  expect(takeAll(shards(8, 1), 0)).toBe(8);
});

test('whoever comes first, the shares of the others stay free', () => {
  const three = shards(8, 3);
  expect(takeAll(three, 0)).toBe(4);
  expect([takeAll(three, 1), takeAll(three, 2)]).toEqual([2, 2]);
  three.giveBack(1);
  expect([three.take(0), three.take(1)]).toEqual([false, true]);
});

test('with more shards than places, each has at most one at a time', () => {
  const many = shards(3, 5);
  expect([0, 1, 2, 3, 4].map((shard) => takeAll(many, shard))).toEqual([1, 1, 1, 0, 0]);
  many.giveBack(0);
  expect(takeAll(many, 4)).toBe(1);
});

test('never more than there are, and nobody is refused its share', () => {
  const moves = fc.array(fc.tuple(fc.nat(3), fc.boolean()), { maxLength: 80 });
  fc.assert(
    fc.property(moves, fc.integer({ min: 4, max: 20 }), (all, total) => {
      const four = shards(total, 4);
      const share = Math.floor(total / 4);
      for (const [shard, takes] of all) {
        const before = four.inFlight[shard] ?? 0;
        if (takes) expect(four.take(shard) || before >= share).toBe(true);
        else if (before > 0) four.giveBack(shard);
        expect(four.inFlight.reduce((a, b) => a + b)).toBeLessThanOrEqual(total);
      }
    }),
  );
});
