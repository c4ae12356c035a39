import { readFile } from 'node:fs/promises';

/** What the orders must add up to, in the file and in the database. */
export interface Figures {
  readonly orders: number;
  readonly customers: number;
  readonly cds: number;
  /** Exact: whole cents, never a float. */
  readonly cents: bigint;
  /** Orders of 0.00. */
  readonly zeros: number;
  /** Lines that repeat an earlier line exactly, and are still orders of their own. */
  readonly repeats: number;
}

/**
 * Computes the figures straight from the file's text. On purpose it shares nothing with
 * read-orders.ts: a mistake there must show as a difference, not cancel out.
 * @param firstLines counts only so many orders; all of them by default
 */
export async function expectedFigures(
  file: string | URL,
  firstLines: number = Number.POSITIVE_INFINITY,
): Promise<Figures> {
  const rows = (await readFile(file, 'utf8')).trim().split('\n').slice(1);
  const counted = rows.slice(0, Math.min(firstLines, rows.length)).map((row) => row.trim());
  const customers = new Set<string>();
  let cds = 0;
  let cents = 0n;
  let zeros = 0;
  for (const row of counted) {
    const [customer = '', , count = '', dollars = ''] = row.split(/ +/);
    const amount = BigInt(dollars.replace('.', ''));
    customers.add(customer);
    cds += Number.parseInt(count, 10);
    cents += amount;
    if (amount === 0n) zeros += 1;
  }
  const repeats = counted.length - new Set(counted).size;
  return { orders: counted.length, customers: customers.size, cds, cents, zeros, repeats };
}
