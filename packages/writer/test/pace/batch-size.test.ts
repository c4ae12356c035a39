import { expect, test } from 'vitest';
import { BatchSize, type SizedCommand } from '../../src/pace/batch-size.ts';

function sizeOf(start: number): BatchSize {
  return new BatchSize({ start, least: 16, most: 1000 });
}

/** Five full commands: one change. */
function change(size: BatchSize, command: Partial<SizedCommand> = {}): number {
  const full = { documents: size.writes, failed: 0, relativeLatency: 1 };
  for (let n = 0; n < 5; n += 1) size.ended({ ...full, ...command });
  return size.writes;
}

test.each([
  ['flat', 1, 120],
  ['just not rising', 1.2, 120],
  ['rising', 1.21, 100],
  ['just not falling', 0.8, 120],
  ['falling', 0.79, 200],
  ['unknown', undefined, 120],
])('without errors and %s', (_trend, relativeLatency, expected) => {
  expect(change(sizeOf(100), { relativeLatency })).toBe(expected);
});

test.each([0.5, 1, 2])('errors halve it, at a latency of %s times the usual', (relativeLatency) => {
  expect(change(sizeOf(100), { relativeLatency, failed: 2 })).toBe(50);
});

test('one percent of errors is not yet too many', () => {
  expect(change(sizeOf(100), { failed: 1 })).toBe(120);
});

test('the largest of the five latencies counts', () => {
  const size = sizeOf(100);
  for (const relativeLatency of [0.5, 0.5, 0.5, 0.5, 1]) {
    size.ended({ documents: 100, failed: 0, relativeLatency });
  }
  expect(size.writes).toBe(120);
});

test('changes once in five commands', () => {
  const size = sizeOf(100);
  const sizes = Array.from({ length: 11 }, () => {
    size.ended({ documents: size.writes, failed: 0, relativeLatency: 1 });
    return size.writes;
  });
  expect(sizes).toEqual([100, 100, 100, 100, 120, 120, 120, 120, 120, 144, 144]);
});

test('stays between 16 and 1,000 documents', () => {
  const size = sizeOf(100);
  for (let n = 0; n < 20; n += 1) change(size, { failed: 100 });
  expect(size.writes).toBe(16);
  for (let n = 0; n < 40; n += 1) change(size);
  expect(size.writes).toBe(1000);
});

test('does not grow by commands that were not full: nothing was learned from them', () => {
  expect(change(sizeOf(100), { documents: 50, relativeLatency: 0.5 })).toBe(100);
});

test('after errors it is half of what was sent, so that it takes effect at once', () => {
  expect(change(sizeOf(1000), { documents: 64, failed: 64 })).toBe(32);
});
