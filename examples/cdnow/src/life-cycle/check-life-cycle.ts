import { setTimeout as sleep } from 'node:timers/promises';
import type { Collection, Decimal128, Document } from 'mongodb';
import { cdnowErrors } from '../cdnow-errors.ts';
import type { CheckRow } from '../check-result.ts';
import type { Model } from './model.ts';

/** What a collection holds of one run, and what became dead letters. */
export interface Found {
  readonly differences: readonly string[];
  readonly orders: number;
  readonly accounts: number;
  /** Over all accounts; exact. */
  readonly cents: bigint;
  readonly decimals: number;
}

interface Stored extends Document {
  readonly _id: string;
}

/** So many differing documents are named. */
const SHOWN = 5;

/** Compares every document of a run with the model's, field for field where money is concerned. */
export async function compareWithModel(
  collection: Collection<Stored>,
  model: Model,
  run: string,
): Promise<Found> {
  const seen = { orders: 0, accounts: 0, decimals: 0 };
  let cents = 0n;
  const differences: string[] = [];
  for await (const document of collection.find({ _id: { $gte: `${run}/`, $lt: `${run}0` } })) {
    const [, kind, name = ''] = document._id.split('/');
    const difference =
      kind === 'order'
        ? orderDifference(document, model, name)
        : accountDifference(document, model, name);
    if (difference !== undefined) differences.push(difference);
    if (kind === 'order') seen.orders += 1;
    else {
      seen.accounts += 1;
      cents += centsOf(document['spent']) ?? 0n;
    }
    const money: unknown = kind === 'order' ? document['total'] : document['spent'];
    if (isDecimal(money)) seen.decimals += 1;
  }
  return { ...seen, cents, differences };
}

/**
 * The lines of the check for one collection.
 * @param dead dead letters of the run by reason; absent for the direct lane, which answers instead
 */
export function checkRows(
  name: string,
  { model, found, dead }: { model: Model; found: Found; dead?: Readonly<Record<string, number>> },
): CheckRow[] {
  const modelCents = [...model.accounts.values()].reduce((sum, { cents }) => sum + cents, 0n);
  const row = (what: string, expected: unknown, seen: unknown): CheckRow => ({
    what: `${name}: ${what}`,
    expected: String(expected),
    found: String(seen),
    ok: String(expected) === String(seen),
  });
  const { differences } = found;
  return [
    row('orders', model.orders.size, found.orders),
    row('accounts', model.accounts.size, found.accounts),
    row('cents on the accounts', modelCents, found.cents),
    row('amounts that are Decimal128', model.orders.size + model.accounts.size, found.decimals),
    row('documents that differ', 'none', differences.slice(0, SHOWN).join('; ') || 'none'),
    ...(dead === undefined
      ? []
      : [
          row('dead letters, condition failed', model.refused, dead['condition-failed'] ?? 0),
          row('dead letters, document absent', model.absent, dead['document-absent'] ?? 0),
        ]),
  ];
}

/**
 * Waits until nothing of a run is on its way any more.
 * @throws HeadraceError `replay-gave-up`
 */
export async function waitUntilSettled(options: {
  /** Writes that have come to their final state. */
  readonly settled: () => Promise<number>;
  readonly expected: number;
  readonly signal: AbortSignal;
  readonly onProgress: (settled: number) => void;
}): Promise<void> {
  const { settled, expected, signal, onProgress } = options;
  let last = { count: -1, atMs: performance.now() };
  for (;;) {
    const count = await settled();
    onProgress(Math.min(count, expected));
    if (count >= expected) return;
    if (count !== last.count) last = { count, atMs: performance.now() };
    if (performance.now() - last.atMs > STALLED_AFTER_MS) {
      throw cdnowErrors.create('replay-gave-up', {
        what: 'waiting for the worker',
        seconds: STALLED_AFTER_MS / 1_000,
        last: `${count} of ${expected} queued writes settled`,
      });
    }
    await sleep(LOOK_EVERY_MS, undefined, { signal });
  }
}

const STALLED_AFTER_MS = 60_000;
const LOOK_EVERY_MS = 500;

function orderDifference(document: Stored, model: Model, line: string): string | undefined {
  const wanted = model.orders.get(Number(line));
  if (wanted === undefined) return `${document._id} should not be there`;
  const fields = Object.keys(document).sort().join();
  const isSame =
    document['status'] === wanted.status &&
    document['touches'] === wanted.touches &&
    centsOf(document['total']) === wanted.cents &&
    fields === [...wanted.fields].sort().join();
  return isSame ? undefined : `${document._id} is ${document['status']}, ${fields}`;
}

function accountDifference(document: Stored, model: Model, customer: string): string | undefined {
  const wanted = model.accounts.get(customer);
  if (wanted === undefined) return `${document._id} should not be there`;
  const isSame =
    centsOf(document['spent']) === wanted.cents && document['orders'] === wanted.orders;
  return isSame ? undefined : `${document._id} has ${document['spent']} of ${document['orders']}`;
}

/** Exact, from the digits; undefined unless it is a Decimal128. */
function centsOf(amount: unknown): bigint | undefined {
  if (!isDecimal(amount)) return undefined;
  const [, sign = '', whole = '', part = ''] =
    /^(-?)(\d+)(?:\.(\d{1,2}))?$/.exec(String(amount)) ?? [];
  const cents = BigInt(whole + part.padEnd(2, '0'));
  return sign === '-' ? -cents : cents;
}

function isDecimal(value: unknown): value is Decimal128 {
  return (value as Document | undefined)?.['_bsontype'] === 'Decimal128';
}
