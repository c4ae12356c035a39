import { expect, test } from 'vitest';
import { ByteBudget } from '../../src/gather/byte-budget.ts';

test('takes bytes up to the limit and again what was released', () => {
  const budget = new ByteBudget(100);
  expect([budget.take(60), budget.take(40), budget.take(1)]).toEqual([true, true, false]);
  expect(budget.usedBytes).toBe(100);
  budget.release(60);
  expect([budget.take(61), budget.take(60)]).toEqual([false, true]);
});

test('something larger than the limit passes when alone', () => {
  const budget = new ByteBudget(100);
  expect([budget.take(500), budget.take(1)]).toEqual([true, false]);
  budget.release(500);
  expect([budget.take(1), budget.take(500)]).toEqual([true, false]);
});
