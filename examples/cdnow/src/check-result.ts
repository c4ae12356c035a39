import { setTimeout as sleep } from 'node:timers/promises';
import type { Collection, Document } from 'mongodb';
import type { Figures } from './expected-figures.ts';

/** One line of the check: what the file says, what the database says. */
export interface CheckRow {
  readonly what: string;
  readonly expected: string;
  readonly found: string;
  readonly ok: boolean;
}

/**
 * Asks the database for every figure in one aggregation and sets them beside those of the file.
 * @param firstLines looks only at orders up to this line
 */
export async function checkResult(
  orders: Collection,
  expected: Figures,
  firstLines: number,
): Promise<CheckRow[]> {
  const [found = {}] = await orders.aggregate(figuresPipeline(firstLines)).toArray();
  const figure = (name: string): number => Number(first(found[name])?.['n'] ?? 0);
  const sums = first(found['sums']);
  const count = (what: string, wanted: number, seen: number): CheckRow =>
    compare(what, wanted.toLocaleString('en-US'), seen.toLocaleString('en-US'));
  return [
    count('orders', expected.orders, figure('orders')),
    count('different line numbers', expected.orders, figure('lines')),
    count('customers', expected.customers, figure('customers')),
    count('CDs', expected.cds, Number(sums?.['cds'] ?? 0)),
    compare('dollars', dollarsOf(expected.cents), group(String(sums?.['dollars'] ?? 'nothing'))),
    count('amounts that are Decimal128', expected.orders, figure('decimals')),
    count('days that are dates', expected.orders, figure('dates')),
    count('orders of 0.00', expected.zeros, figure('zeros')),
    count('orders that repeat another exactly', expected.repeats, figure('repeats')),
  ];
}

/**
 * Waits until the buffered lane has brought the last order into the database, or until it has
 * brought nothing new for a while; which of the two it was shows in the check.
 */
export async function waitUntilApplied(
  orders: Collection,
  wait: {
    readonly expected: number;
    readonly firstLines: number;
    readonly signal: AbortSignal;
    /** Called when the count has grown. */
    readonly onProgress: (found: number) => void;
    /** 30,000 by default. */
    readonly giveUpAfterStillMs?: number;
  },
): Promise<void> {
  const { expected, firstLines, signal, onProgress, giveUpAfterStillMs = 30_000 } = wait;
  let most = -1;
  let grewMs = performance.now();
  for (;;) {
    const found = await orders.countDocuments({ line: { $lte: firstLines } });
    const nowMs = performance.now();
    if (found > most) {
      most = found;
      grewMs = nowMs;
      onProgress(found);
    }
    if (found >= expected || nowMs - grewMs > giveUpAfterStillMs) return;
    await sleep(200, undefined, { signal });
  }
}

function figuresPipeline(firstLines: number): Document[] {
  const count = { $count: 'n' };
  const differing = (field: string): Document[] => [{ $group: { _id: field } }, count];
  const ofType = (field: string, type: string): Document[] => [
    { $match: { [field]: { $type: type } } },
    count,
  ];
  const sameOrder = { customer: '$customer', placedAt: '$placedAt', cds: '$cds', total: '$total' };
  return [
    { $match: { line: { $lte: firstLines } } },
    {
      $facet: {
        orders: [count],
        lines: differing('$line'),
        customers: differing('$customer'),
        sums: [{ $group: { _id: null, cds: { $sum: '$cds' }, dollars: { $sum: '$total' } } }],
        decimals: ofType('total', 'decimal'),
        dates: ofType('placedAt', 'date'),
        zeros: [{ $match: { total: 0 } }, count],
        repeats: [
          { $group: { _id: sameOrder, times: { $sum: 1 } } },
          { $group: { _id: null, n: { $sum: { $subtract: ['$times', 1] } } } },
        ],
      },
    },
  ];
}

function first(facet: unknown): Document | undefined {
  return (facet as readonly Document[] | undefined)?.[0];
}

function compare(what: string, expected: string, found: string): CheckRow {
  return { what, expected, found, ok: expected === found };
}

function dollarsOf(cents: bigint): string {
  return group(`${cents / 100n}.${String(cents % 100n).padStart(2, '0')}`);
}

/** Groups the thousands of a decimal text, digit for digit: no number is made of it. */
function group(decimal: string): string {
  return decimal.replace(/\B(?=(\d{3})+\.)/g, ',');
}
