import { expect, test } from 'vitest';
import { RetryBudget } from '../../src/send/retry-budget.ts';

function taken(budget: RetryBudget, nowMs: number): number {
  let count = 0;
  while (count < 1000 && budget.take(nowMs)) count += 1;
  return count;
}

test('a lone failure is sent again at once, and an idle hour saves up no more than the floor', () => {
  const budget = new RetryBudget(0);
  expect(budget.take(0)).toBe(true);
  expect(taken(budget, 3_600_000)).toBe(10);
});

test('under load a tenth of the sends may be sent again', () => {
  const budget = new RetryBudget(0);
  taken(budget, 0);
  for (let n = 0; n < 301; n += 1) budget.noteSend();
  expect(taken(budget, 0)).toBe(30);
});

test('a calm hour does not pay for a storm', () => {
  const budget = new RetryBudget(0);
  for (let n = 0; n < 100_000; n += 1) budget.noteSend();
  expect(taken(budget, 0)).toBe(50);
});

test('without any sends there are two tokens a second', () => {
  const budget = new RetryBudget(0);
  taken(budget, 0);
  expect(taken(budget, 1000)).toBe(2);
});
