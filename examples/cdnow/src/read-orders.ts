import { readFile } from 'node:fs/promises';
import { cdnowErrors } from './cdnow-errors.ts';

/** One purchase: one line of the file. */
export interface Order {
  /** Counts from 1 at the line after the header; it is the order's idempotency key. */
  readonly line: number;
  /** Five digits, as printed: `00001`. */
  readonly customer: string;
  /** Midnight UTC of the day; the file knows no time of day. */
  readonly placedAt: Date;
  readonly cds: number;
  /** Dollars as decimal text with two places, never a binary float: `11.77`. */
  readonly total: string;
}

/** The file that comes with this example. */
export const ordersFile = new URL('../CDNOW_master.txt', import.meta.url);

const HEADER = ' customer_id  date number_of_cds  dollar_value';
const LINE_CHARACTERS = 26;
const COLUMNS = /^ (\d{5}) (\d{8}) ([ \d]\d) ( *\d+\.\d\d)$/;

/** Reads {@link ordersFile}. Throws `orders-file-malformed` as {@link parseOrders} does. */
export async function readOrders(): Promise<Order[]> {
  return parseOrders(await readFile(ordersFile, 'latin1'));
}

/**
 * Parses the published form: a header line, then one order a line in fixed columns (customer,
 * day, CDs, dollars), each line led by a space and ended by CRLF.
 * @throws HeadraceError `orders-file-malformed` with the number of the first bad line
 */
export function parseOrders(text: string): Order[] {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  if (lines[0] !== HEADER) throw malformed(0, 'this is not the header', lines[0] ?? '');
  return lines.slice(1).map((line, index) => parseOrder(line, index + 1));
}

function parseOrder(text: string, line: number): Order {
  const columns = text.length === LINE_CHARACTERS ? COLUMNS.exec(text) : null;
  if (columns === null) throw malformed(line, 'the columns are not as published', text);
  const [, customer = '', day = '', cds = '', total = ''] = columns;
  const isoDay = `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}`;
  const placedAt = new Date(`${isoDay}T00:00:00Z`);
  // A day that does not exist is either no date at all or, such as 31 February, another day.
  if (Number.isNaN(placedAt.getTime()) || !placedAt.toISOString().startsWith(isoDay)) {
    throw malformed(line, `${day} is not a day`, text);
  }
  return { line, customer, placedAt, cds: Number(cds), total: total.trimStart() };
}

function malformed(line: number, problem: string, found: string): Error {
  return cdnowErrors.create('orders-file-malformed', {
    line,
    fileLine: line + 1,
    problem,
    found: JSON.stringify(found),
  });
}
