import { Decimal128, type Document } from 'mongodb';

/** A kind of documents that is encoded, with the schema its collection would have. */
export interface EncodeShape {
  readonly about: string;
  readonly schema: object;
  /** A document by its number: all of them differ. */
  readonly make: (at: number) => Document;
}

const FIRST_DAY_MS = Date.UTC(2026, 0, 1);
const NAMES = ['Jürgen Müßig', 'Łukasz Żak', 'Zoë Brontë', '山田 太郎', 'Søren Ærø', 'Ana García'];
const CITIES = ['Köln', 'Łódź', 'São Paulo', '東京', 'Århus', 'A Coruña'];
const WIDE_FIELDS = 200;

const string = { bsonType: 'string' };
const int = { bsonType: 'int' };
const date = { bsonType: 'date' };
const decimal = { bsonType: 'decimal' };
const bool = { bsonType: 'bool' };
const number = { bsonType: 'number' };
const object = (properties: object): object => ({ bsonType: 'object', properties });
const array = (items: object): object => ({ bsonType: 'array', items });

const LINE = object({ sku: string, quantity: int, price: decimal });

export const ENCODE_SHAPES = {
  order: {
    about: 'an order: decimals, a date, names beyond ASCII, one to three lines',
    schema: object({
      _id: string,
      ...{ customer: string, name: string, city: string, placedAt: date, total: decimal },
      ...{ currency: string, lines: array(LINE), note: string },
    }),
    make: (at) => {
      const lines = Array.from({ length: 1 + (at % 3) }, (_, line) => ({
        sku: flat(`sku-${10_000 + ((at * 7 + line) % 90_000)}`),
        quantity: 1 + (at % 4),
        price: money(199 + ((at * 13 + line) % 20_000)),
      }));
      return {
        _id: flat(`order-${String(at).padStart(8, '0')}`),
        customer: flat(`customer-${String((at * 31) % 23_570).padStart(6, '0')}`),
        name: flat(`${NAMES[at % NAMES.length] ?? ''} ${at % 97}`),
        city: flat(CITIES[at % CITIES.length] ?? ''),
        placedAt: new Date(FIRST_DAY_MS + at * 12_345),
        total: money(1_000 + at),
        currency: 'EUR',
        lines,
        note: at % 2 === 0 ? 'leave at the door' : 'a gift, no invoice inside',
      };
    },
  },
  logLine: {
    about: 'a line of an access log: short texts, numbers, a date',
    schema: object({
      _id: string,
      ...{ at: date, level: string, service: string, method: string, path: string, status: int },
      ...{ durationMs: number, bytes: int, cached: bool, message: string },
    }),
    make: (at) => ({
      _id: flat(`01890a5d-ac96-774b-bcce-${String(at).padStart(12, '0')}`),
      at: new Date(FIRST_DAY_MS + at * 17),
      level: at % 50 === 0 ? 'error' : 'info',
      service: 'checkout',
      method: at % 3 === 0 ? 'POST' : 'GET',
      path: flat(`/v1/baskets/${at * 7}/lines`),
      status: at % 50 === 0 ? 502 : 200,
      durationMs: at * 0.37 + 0.5,
      bytes: 300 + (at % 4_096),
      cached: at % 4 === 0,
      message: flat(`request ${at} answered by upstream ${at % 12} in time`),
    }),
  },
  wide: {
    about: `${WIDE_FIELDS} fields side by side, as a flattened table has them`,
    schema: object(
      Object.fromEntries([
        ['_id', int],
        ...Array.from({ length: WIDE_FIELDS - 1 }, (_, i) => [
          `column${i}`,
          [string, number, int, bool][i % 4],
        ]),
      ]) as object,
    ),
    make: (at) =>
      JSON.parse(
        JSON.stringify({
          _id: at,
          ...Object.fromEntries(
            Array.from({ length: WIDE_FIELDS - 1 }, (_, i) => [`column${i}`, wideValue(at, i)]),
          ),
        }),
      ) as Document,
  },
  nested: {
    about: 'objects in objects, five levels deep, with lists of objects',
    schema: object({
      _id: int,
      tenant: object({ id: string, plan: object({ name: string, seats: int }) }),
      device: object({
        os: object({ name: string, version: object({ major: int, minor: int }) }),
        screen: object({ width: int, height: int }),
      }),
      events: array(object({ kind: string, at: date, position: object({ x: int, y: int }) })),
    }),
    make: (at) => ({
      _id: at,
      tenant: { id: flat(`tenant-${at % 500}`), plan: { name: 'team', seats: at % 90 } },
      device: {
        os: { name: 'linux', version: { major: 6, minor: at % 20 } },
        screen: { width: 1_920, height: 1_080 },
      },
      events: Array.from({ length: 4 }, (_, i) => ({
        kind: i % 2 === 0 ? 'click' : 'scroll',
        at: new Date(FIRST_DAY_MS + at * 100 + i),
        position: { x: at % 1_920, y: (at * i) % 1_080 },
      })),
    }),
  },
} as const satisfies Record<string, EncodeShape>;

export type EncodeShapeName = keyof typeof ENCODE_SHAPES;
export const ENCODE_SHAPE_NAMES = Object.keys(ENCODE_SHAPES) as readonly EncodeShapeName[];

/** An order as JSON text holds it, money as numbers and the date as text. */
export function orderText(at: number): string {
  const order = ENCODE_SHAPES.order.make(at);
  const lines = (order['lines'] as readonly Document[]).map((line) => ({
    ...line,
    price: Number(String(line['price'])),
  }));
  return JSON.stringify({ ...order, total: Number(String(order['total'])), lines });
}

/** The schema of what `orderText` writes. */
export const ORDER_TEXT_SCHEMA: object = object({
  _id: string,
  ...{ customer: string, name: string, city: string, placedAt: string, total: number },
  ...{ currency: string, lines: array(object({ sku: string, quantity: int, price: number })) },
  note: string,
});

function wideValue(at: number, column: number): unknown {
  if (column % 4 === 0) return `value ${(at * 31 + column) % 10_000}`;
  if (column % 4 === 1) return at * 0.25 + column + 0.5;
  return column % 4 === 2 ? at + column : (at + column) % 3 === 0;
}

function money(cents: number): Decimal128 {
  return Decimal128.fromString((cents / 100).toFixed(2));
}

/**
 * The same text in one piece, as it is after a body was parsed: the engine keeps texts that were put
 * together as trees until somebody reads them, which would be the first encoder to come.
 */
function flat(text: string): string {
  return JSON.parse(JSON.stringify(text)) as string;
}
