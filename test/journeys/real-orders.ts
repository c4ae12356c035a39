import { expect } from 'vitest';
import { checkResult, waitUntilApplied } from '../../examples/cdnow/src/check-result.ts';
import { expectedFigures } from '../../examples/cdnow/src/expected-figures.ts';
import { ordersFile, readOrders, type Order } from '../../examples/cdnow/src/read-orders.ts';
import type { System } from './start-system.ts';

/** So many lines of the file: a thousand orders for each of the three ways. */
export const LINES = 3_000;

/** The first orders of the CDNOW file. */
export async function firstOrders(): Promise<Order[]> {
  return (await readOrders()).slice(0, LINES);
}

/** Waits for the queued orders, then holds every figure in the database against the file. */
export async function expectTotals(system: System): Promise<void> {
  const stored = system.client.db('headrace_demo').collection('orders');
  await waitUntilApplied(stored, {
    expected: LINES,
    firstLines: LINES,
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
  const rows = await checkResult(stored, await expectedFigures(ordersFile, LINES), LINES);
  expect(rows.filter(({ ok }) => !ok)).toEqual([]);
  expect(rows.length).toBeGreaterThan(0);
}
