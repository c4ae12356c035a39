/** So many different orders are sent, in turn. */
export const ORDER_COUNT = 20_000;

const NOTES = [
  'leave at the door',
  'call before delivery',
  'a gift, no invoice inside',
  'nothing to be noted',
];
const CURRENCIES = ['EUR', 'USD', 'GBP', 'CHF'];
const FIRST_DAY_MS = Date.UTC(2026, 0, 1);
const YEAR_SECONDS = 365 * 24 * 3_600;

/**
 * Order bodies as JSON text of 250 to 300 bytes, money as Decimal128 and a date, in Extended JSON so
 * that every case can read them. The same ones in each run.
 */
export function makeOrders(count = ORDER_COUNT): readonly string[] {
  const next = xorshift32(20_260_101);
  return Array.from({ length: count }, (_, at) => makeOrder(at, next));
}

type Next = (below: number) => number;

function makeOrder(at: number, next: Next): string {
  const quantity = 1 + next(4);
  const cents = 100 + next(20_000);
  return JSON.stringify({
    orderId: `order-${String(at).padStart(8, '0')}`,
    customer: `customer-${String(next(23_570)).padStart(6, '0')}`,
    placedAt: date(next(YEAR_SECONDS) * 1_000 + next(1_000)),
    total: money(quantity * cents),
    currency: CURRENCIES[next(CURRENCIES.length)],
    lines: [{ sku: `sku-${String(next(90_000) + 10_000)}`, quantity, price: money(cents) }],
    note: NOTES[next(NOTES.length)],
  });
}

function date(sinceFirstDayMs: number): { readonly $date: string } {
  return { $date: new Date(FIRST_DAY_MS + sinceFirstDayMs).toISOString() };
}

function money(cents: number): { readonly $numberDecimal: string } {
  return { $numberDecimal: (cents / 100).toFixed(2) };
}

/** Marsaglia, "Xorshift RNGs", 2003: the 32-bit generator with shifts 13, 17, 5. */
function xorshift32(seed: number): Next {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}
