import { describe, expect, it } from 'vitest';
import { ByteBudget } from '../../src/take/byte-budget.ts';

describe('the bytes of a process', () => {
  it('are never given out twice', () => {
    const budget = new ByteBudget(100);
    expect([budget.reserve(60), budget.reserve(60), budget.reserve(1)]).toEqual([60, 40, 0]);
    budget.giveBack(10);
    expect(budget.reserve(60)).toBe(10);
  });
});
