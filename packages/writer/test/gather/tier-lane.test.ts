import { expect, test } from 'vitest';
import { TierLane } from '../../src/gather/tier-lane.ts';
import { somePending } from './some-write.ts';

function lane(caps: { maxWrites?: number; maxBytes?: number } = {}, slots = 2): TierLane {
  return new TierLane({
    ...{ tier: 'strong', mode: 'insert', slots },
    caps: { maxWrites: 1000, maxBytes: 1000, ...caps },
    takeFollower: () => undefined,
  });
}

function sizes(of: TierLane): number[] {
  const taken: number[] = [];
  for (let next = of.take(); next !== undefined; next = of.take()) {
    taken.push(next.batch.writes.length);
    of.giveBack(next.slot);
  }
  return taken;
}

test('what waits leaves as one batch, up to the number of writes', () => {
  const strong = lane({ maxWrites: 4 });
  for (let n = 0; n < 10; n += 1) strong.add(somePending());
  expect(sizes(strong)).toEqual([4, 4, 2]);
});

test('up to the number of bytes; a larger document goes alone', () => {
  const strong = lane({ maxBytes: 100 });
  const bytes = [60, 40, 1, 500, 30, 100, 10];
  for (const length of bytes) strong.add(somePending({ document: new Uint8Array(length) }));
  expect(sizes(strong)).toEqual([2, 1, 1, 1, 1, 1]);
});

test('no batch without a free slot, and each slot is out once', () => {
  const strong = lane({ maxWrites: 1 });
  for (let n = 0; n < 3; n += 1) strong.add(somePending());
  const [first, second] = [strong.take(), strong.take()];
  expect(new Set([first?.slot, second?.slot])).toEqual(new Set([0, 1]));
  expect(strong.take()).toBeUndefined();
  strong.giveBack(first?.slot ?? -1);
  expect(strong.take()?.slot).toBe(first?.slot);
});

test('an empty lane keeps its slots', () => {
  const strong = lane();
  for (let n = 0; n < 5; n += 1) expect(strong.take()).toBeUndefined();
  strong.add(somePending());
  expect(strong.take()?.batch.writes).toHaveLength(1);
});

test('namespaces take turns, however much of one waits', () => {
  const strong = lane({ maxWrites: 2 });
  for (let n = 0; n < 6; n += 1) strong.add(somePending({ namespace: 'a.many' }));
  strong.add(somePending({ namespace: 'b.few' }));
  const order: string[] = [];
  for (let next = strong.take(); next !== undefined; next = strong.take()) {
    order.push(next.batch.namespace);
    strong.giveBack(next.slot);
  }
  expect(order).toEqual(['a.many', 'b.few', 'a.many', 'a.many']);
});

test('each shard has batches of its own, of what is known of it', () => {
  const shards = new Map([
    ['a1', 'a'],
    ['b1', 'b'],
    ['a2', 'a'],
  ]);
  const strong = new TierLane({
    ...{ tier: 'strong', mode: 'insert', slots: 9, takeFollower: () => undefined },
    caps: { maxWrites: 1000, maxBytes: 1000 },
    shardOf: ({ writeId }) => shards.get(writeId) ?? '',
  });
  for (const writeId of ['a1', 'b1', 'unknown', 'a2']) strong.add(somePending({ writeId }));
  const late = somePending({ writeId: 'b1', deadlineAtMs: 5 });
  strong.add(late);
  expect(strong.removeExpired(5)).toEqual([late]);
  const batches = [1, 2, 3].map(() => {
    const next = strong.take();
    strong.giveBack(next?.slot ?? -1);
    return next?.batch;
  });
  expect(batches.map((batch) => batch?.writes.map(({ write }) => write.writeId))).toEqual([
    ['a1', 'a2'],
    ['b1'],
    ['unknown'],
  ]);
  expect(new Set(batches.map((batch) => batch?.namespace))).toEqual(new Set(['shop.orders']));
  expect(strong.take()).toBeUndefined();
});

test('who waits past its deadline is taken out', () => {
  const strong = lane();
  const late = somePending({ deadlineAtMs: 5 });
  const patient = somePending({ deadlineAtMs: 6 });
  const alone = somePending({ namespace: 'b.few', deadlineAtMs: 5 });
  for (const pending of [late, patient, alone]) strong.add(pending);
  expect(strong.removeExpired(5)).toEqual([late, alone]);
  expect(strong.take()?.batch.writes).toEqual([patient]);
  expect(strong.take()).toBeUndefined();
});

test('followers stand behind their leader and count', () => {
  const leader = somePending();
  const followers = [1, 2, 3].map(() => somePending({ document: new Uint8Array(40) }));
  const [first, second] = followers;
  const other = somePending();
  const patches = new TierLane({
    ...{ tier: 'strong', mode: 'transaction', slots: 2 },
    caps: { maxWrites: 1000, maxBytes: 100 },
    takeFollower: (of, maxBytes) => {
      if (of !== leader || (followers[0]?.write.document.length ?? maxBytes + 1) > maxBytes)
        return undefined;
      return followers.shift();
    },
  });
  patches.add(leader);
  patches.add(other);
  expect(patches.take()?.batch.writes).toEqual([leader, first, second, other]);
});

/** Fills the lane with so many writes, then lets the next batch leave: its size, if it does. */
function arrive(of: TierLane, count: number): number | undefined {
  for (let n = 0; n < count; n += 1) of.add(somePending());
  return of.take()?.batch.writes.length;
}

test('behind a batch in flight, what waits leaves once it is half as much', () => {
  const strong = lane();
  expect(arrive(strong, 10)).toBe(10);
  expect(arrive(strong, 4)).toBeUndefined();
  expect(arrive(strong, 1)).toBe(5);
});

test('what is too little for a slot of its own leaves when nothing is in flight', () => {
  const strong = lane();
  for (let n = 0; n < 10; n += 1) strong.add(somePending());
  const large = strong.take();
  expect(arrive(strong, 1)).toBeUndefined();
  strong.giveBack(large?.slot ?? -1);
  expect(strong.take()?.batch.writes).toHaveLength(1);
});

test('what waits in other collections counts, so that none waits behind a busy one for ever', () => {
  const strong = lane();
  expect(arrive(strong, 10)).toBe(10);
  strong.add(somePending({ namespace: 'b.few' }));
  expect(arrive(strong, 5)).toBe(1);
});

test('what has expired does not count', () => {
  const strong = lane();
  expect(arrive(strong, 10)).toBe(10);
  for (let n = 0; n < 4; n += 1) strong.add(somePending({ deadlineAtMs: 5 }));
  strong.removeExpired(5);
  expect(arrive(strong, 4)).toBeUndefined();
});

test('behind a batch that is stuck for two sweeps nobody waits', () => {
  const strong = lane();
  expect(arrive(strong, 10)).toBe(10);
  expect(arrive(strong, 1)).toBeUndefined();
  strong.age();
  expect(strong.take()).toBeUndefined();
  strong.age();
  expect(strong.take()?.batch.writes).toHaveLength(1);
});

test('two batches at a time; a further slot is for when one of them is stuck', () => {
  const strong = lane({}, 3);
  expect([arrive(strong, 4), arrive(strong, 4), arrive(strong, 4)]).toEqual([4, 4, undefined]);
  strong.age();
  strong.age();
  expect(arrive(strong, 0)).toBe(4);
  strong.age();
  strong.age();
  expect(arrive(strong, 4)).toBeUndefined();
});
