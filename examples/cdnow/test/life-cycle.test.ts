import { describe, expect, it } from 'vitest';
import { modelOf } from '../src/life-cycle/model.ts';
import { statusesOf } from '../src/life-cycle/operation.ts';
import { fateOf, laneOf, lifeOf } from '../src/life-cycle/order-life.ts';
import { planLifeCycle } from '../src/life-cycle/plan-life-cycle.ts';
import { readOrders } from '../src/read-orders.ts';

const orders = await readOrders();

function lineOf(fate: string, lane: string): number {
  const found = orders.find(({ line }) => fateOf(line) === fate && laneOf(line) === lane);
  return found?.line ?? 0;
}

function lifeAt(line: number): readonly string[] {
  const order = orders[line - 1];
  if (order === undefined) return [];
  return lifeOf(order, 'run').map(({ what, outcome }) => `${what.split(' ')[0] ?? ''} ${outcome}`);
}

describe('the plan', () => {
  it('takes orders until there are so many operations, and ends with a whole life', () => {
    const { lives, operations } = planLifeCycle(orders, { operations: 200_000, run: 'run' });
    expect(operations).toBeGreaterThanOrEqual(200_000);
    expect(operations).toBeLessThan(200_006);
    expect(lives.length).toBeLessThan(orders.length);
  });

  it('gives no two operations one idempotency key', () => {
    const { lives, operations } = planLifeCycle(orders, { operations: 20_000, run: 'run' });
    const keys = new Set(
      lives.flatMap((life) => life.operations.map(({ idempotencyKey }) => idempotencyKey)),
    );
    expect(keys.size).toBe(operations);
  });

  it('has every fate in both lanes, and mixes the tiers', () => {
    for (const fate of ['shipped', 'cancelled', 'refunded', 'abandoned']) {
      expect([lineOf(fate, 'direct') > 0, lineOf(fate, 'buffered') > 0]).toEqual([true, true]);
    }
    const tiers = new Set(
      orders.slice(0, 100).flatMap((order) => lifeOf(order, 'run').map(({ tier }) => tier)),
    );
    expect([...tiers].sort()).toEqual(['balanced', 'eventual', 'strong']);
  });
});

describe('a life', () => {
  it('is refused where it comes too late', () => {
    expect(lifeAt(lineOf('cancelled', 'direct'))).toEqual([
      'create inserted',
      'cancel changed',
      'pay refused',
    ]);
    expect(lifeAt(lineOf('abandoned', 'direct'))).toEqual([
      'create inserted',
      'delete deleted',
      'note absent',
    ]);
  });

  it('is answered 202 in the buffered lane, whatever comes of it', () => {
    const order = orders[lineOf('cancelled', 'buffered') - 1];
    const statuses = order && lifeOf(order, 'run').map(statusesOf);
    expect(statuses).toEqual([[202], [202], [202]]);
  });
});

describe('the model', () => {
  it('adds up what the file says of the orders that were shipped', () => {
    const some = orders.slice(0, 5_000);
    const models = modelOf(some);
    const shipped = some.filter(({ line }) => fateOf(line) === 'shipped');
    const cents = shipped.reduce((sum, { total }) => sum + BigInt(total.replace('.', '')), 0n);
    const accounts = [...models.direct.accounts.values(), ...models.buffered.accounts.values()];
    expect(accounts.reduce((sum, account) => sum + account.cents, 0n)).toBe(cents);
    const kept = some.filter(({ line }) => fateOf(line) !== 'abandoned').length;
    expect(models.direct.orders.size + models.buffered.orders.size).toBe(kept);
  });
});
