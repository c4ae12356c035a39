import { compileFieldTypes, encodeBson, encodeJson } from '@headrace/writer';
import {
  Binary,
  BSON,
  BSONRegExp,
  Code,
  DBRef,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
  UUID,
} from 'bson';
import { describe, expect, test } from 'vitest';
import { writeJson } from '../../src/encode/write-json.ts';

const types = compileFieldTypes({});

/** What the gateway stores of it, and what the driver would. */
function stored(document: object): [gateway: unknown, driver: unknown] {
  const sent = encodeJson(Buffer.from(writeJson(document)), { types, reservedBytes: 0 });
  const driven = encodeBson(BSON.serialize(document, { ignoreUndefined: false }), {
    reservedBytes: 0,
  });
  return [shown(sent.buffer), shown(driven.buffer)];
}

function shown(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

class Point {
  readonly x = 1;
  readonly #hidden = 2;
  sum(): number {
    return this.x + this.#hidden;
  }
}

describe('is stored as the driver would store it', () => {
  test.each<[string, unknown]>([
    ['a text', 'grüße "quoted" \n\u2028😀'],
    ['numbers', [0, -1, 2 ** 31 - 1, -(2 ** 31), 0.1, 1e-7, -0, 2 ** 60, 1e20, 1e300]],
    ['numbers JSON has not', [NaN, Infinity, -Infinity]],
    ['booleans and null', [true, false, null]],
    ['undefined', { a: undefined, b: [undefined] }],
    ['a bigint', [1n, -(2n ** 63n), 2n ** 63n - 1n]],
    ['dates', [new Date(0), new Date('2026-11-22T10:00:00.123Z'), new Date(-1), new Date(8.64e15)]],
    ['bytes', Uint8Array.from({ length: 20_000 }, (_, at) => at % 256)],
    ['an ObjectId', new ObjectId()],
    ['a UUID', new UUID()],
    ['numbers of bson', [new Long(7), new Int32(7), new Double(7), new Double(-0)]],
    ['a decimal', Decimal128.fromString('19.90')],
    ['binary of a subtype', new Binary(Uint8Array.of(1, 2), 128)],
    ['a timestamp', new Timestamp({ t: 1, i: 2 })],
    ['a DBRef', new DBRef('orders', new ObjectId(), 'shop')],
    ['the rest of bson', [new MinKey(), new MaxKey(), new Code('f', { a: 1n })]],
    ['regular expressions', [/a"b/gi, /a/im, new BSONRegExp('a', 'im')]],
    ['a Map', new Map<string, unknown>([['a', new Date(0)]])],
    ['an instance of a class', new Point()],
    ['what says how it is stored', { toBSON: () => ({ as: 'this' }) }],
    ['functions', { keep: 1, leave: () => 1 }],
    ['nesting', { a: [{ b: { c: [[], {}] } }] }],
  ])('%s', (_name, value) => {
    const [gateway, driver] = stored({ _id: 1, value });
    expect(gateway).toBe(driver);
  });
});

test('a whole number between 32 and 53 bits is an int64, which equals the double', () => {
  const text = writeJson({ _id: 1, at: 1_764_000_000_000 });
  expect(text).toBe('{"_id":1,"at":1764000000000}');
});

test('undefined fields are left out of a merge patch, where null would remove them', () => {
  const patch = { a: undefined, b: null, c: [undefined], d: { e: undefined } };
  expect(writeJson(patch, { ignoreUndefined: true })).toBe('{"b":null,"c":[null],"d":{}}');
});

const circle: Record<string, unknown> = {};
circle['self'] = circle;

test.each<[string, object]>([
  ['what holds itself', circle],
  ['a bigint over 64 bits', { a: 2n ** 63n }],
  ['an invalid date', { a: new Date(NaN) }],
  ['an array', []],
  ['a tag without a form', { a: { _bsontype: 'Odd' } }],
])('%s is refused', (_name, document) => {
  expect(() => writeJson(document)).toThrow(expect.objectContaining({ code: 'bad-argument' }));
});
