import { expect, test } from 'vitest';
import { backOffMs } from '../../src/call/back-off.ts';

test('doubles up to two seconds, with jitter over the upper half', () => {
  expect([1, 2, 3, 10].map((tries) => backOffMs(tries, 0, 1))).toEqual([50, 100, 200, 2000]);
  expect([1, 2, 3, 10].map((tries) => backOffMs(tries, 0, 0))).toEqual([25, 50, 100, 1000]);
});

test('never undercuts a time that was told, and spreads callers over a quarter more', () => {
  expect(backOffMs(1, 1000, 0)).toBe(1000);
  expect(backOffMs(1, 1000, 1)).toBe(1250);
  expect(backOffMs(10, 10, 1)).toBe(2000);
});
