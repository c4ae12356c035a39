import { describe, expect, it } from 'vitest';
import { BufferKeys } from '../../src/append/buffer-keys-port.ts';

const keys = new BufferKeys('hr', 16);

describe('the names in Redis', () => {
  it('of a partition share one hash tag', () => {
    const partition = keys.partitionOf('shop.orders', 'any');
    const { lease, meta, queued } = partition;
    const names = [
      lease,
      meta,
      queued,
      partition.stream('t'),
      partition.taken('t'),
      partition.claim('w'),
    ];
    const tags = names.map((name) => /^\{(hr:p\d\d)\}:/.exec(name)?.[1]);
    expect(new Set(tags).size).toBe(1);
    expect(tags[0]).toBeDefined();
  });

  it('never change: queued writes of an older process are found again', () => {
    expect(keys.partitionOf('shop.orders', 'order-1').stream('default')).toBe('{hr:p01}:s:default');
    expect(keys.partitionOf('shop.orders', 'order-2').claim('w')).toBe('{hr:p11}:c:w');
  });

  it('spread documents evenly', () => {
    const counts = new Array<number>(16).fill(0);
    for (let i = 0; i < 16_000; i += 1) {
      const { at } = keys.partitionOf('shop.orders', `order-${i}`);
      counts[at] = (counts[at] ?? 0) + 1;
    }
    expect(Math.min(...counts)).toBeGreaterThan(700);
    expect(Math.max(...counts)).toBeLessThan(1_300);
  });
});
