import {
  BSONRegExp,
  Binary,
  Code,
  DBRef,
  Decimal128,
  Double,
  Int32,
  Long,
  ObjectId,
  UUID,
} from 'bson';
import fc from 'fast-check';
import { bsonScalar } from '../bson-arbitrary.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'binary-ascii', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  // Halves of pairs, which no UTF-8 can hold.
  fc
    .array(fc.integer({ min: 0xd7f0, max: 0xe010 }), { maxLength: 30 })
    .map((codes) => String.fromCharCode(...codes)),
);

/** Names that are shared by schemas and documents, so that most fields meet. */
export const NAMES = ['a', 'b', 'total', 'größe', 'names.first', '10', '2', 'x'.repeat(17), ''];
const oddNames = ['_id', '__proto__', '$set', 'toJSON', 'constructor', 'a\0b', 'ﬀ', '_bsontype'];

const fieldName = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom(...NAMES) },
  { weight: 2, arbitrary: fc.constantFrom(...oddNames) },
  { weight: 1, arbitrary: text },
);

/** Numbers around every border between the types. */
const number = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.maxSafeInteger(),
  fc.constantFrom(0, -0, Number.NaN, Infinity, -Infinity, 2 ** 31, 2 ** 31 - 1, -(2 ** 31), 5e-324),
);

/** Values that plain documents are made of. */
export const plainScalar = fc.oneof(
  text,
  number,
  fc.boolean(),
  fc.constantFrom(null, undefined),
  fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n }),
  fc.date(),
  fc.uint8Array({ maxLength: 40 }),
  fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
  bsonScalar,
);

class Point {
  readonly a: number;
  constructor(a: number) {
    this.a = a;
  }
  get b(): number {
    return this.a;
  }
}
/** Objects made by it have a field that is not their own. */
function Countable(this: { a: number }): void {
  this.a = 1;
}
Countable.prototype = { b: 7 };

/** Values that a serialiser takes another way for, or refuses. */
const oddScalar = fc.oneof(
  text.map((pattern) => new RegExp(pattern.replace(/\W/gu, ''), 'gi')),
  fc
    .constantFrom<(() => unknown)[]>(
      () => new RegExp(String.fromCharCode(0)),
      () => Object.assign(new BSONRegExp('a'), { pattern: 'a\0b' }),
      () => Object.assign(new BSONRegExp('a'), { options: 'zz' }),
      () => new DBRef('orders', new ObjectId('00'.repeat(12)), 'shop', { a: 1 }),
      () => new UUID('00112233-4455-6677-8899-aabbccddeeff'),
      () =>
        new Map<string, unknown>([
          ['a', 1],
          ['b', [2]],
        ]),
      () =>
        new Map<unknown, unknown>([
          [1, 'one'],
          ['1', 'two'],
        ]),
      () => new Set([1]),
      () => new Date(Number.NaN),
      () => () => 1,
      () => Symbol('s'),
      () => ({ toBSON: () => ({ a: 'made' }) }),
      () => ({ toBSON: () => 'text' }),
      () => ({ a: 1, toBSON: 'no method' }),
      () => ({ _bsontype: 'Long' }),
      () => ({ _bsontype: null, a: 1 }),
      () => ({ [Symbol.toStringTag]: 'Date', getTime: () => 5 }),
      () => ({ [Symbol.toStringTag]: 'Map', entries: () => [['a', 1]].values() }),
      () => new Point(3),
      () => Reflect.construct(Countable, []) as unknown,
      () => Object.assign(Object.create({ b: 1 }) as object, { a: 2 }),
      () => Object.assign(Object.create(null) as object, { a: 1, b: 'two' }),
      () => Object.setPrototypeOf(new Date(5), Object.prototype) as unknown,
      () => Object.setPrototypeOf(new Uint8Array(2), Object.prototype) as unknown,
      () => Object.setPrototypeOf([1, 2], Object.prototype) as unknown,
      () => Object.setPrototypeOf([1, 2], null) as unknown,
      () => Object.assign([1, 2], { a: 1 }),
      () => new (class extends Array<number> {})(3),
      () => Object.assign(new Decimal128('1'), { toBSON: () => 2 }),
      () => Object.defineProperty(new Int32(1), '_bsontype', { value: 'Long' }),
      () => Object.assign(new Binary(Buffer.from('abc')), { position: 2 }),
      () => new Binary(Buffer.from([3, 0, 1, 2]), Binary.SUBTYPE_VECTOR),
      () => new Binary(Buffer.from([3, 9]), Binary.SUBTYPE_VECTOR),
      () => Object.assign(new Double(1), { value: 'one' }),
      () => new Code('a', { b: { $c: Long.ONE } }),
      () => new Code(String, { __proto__: null }),
      () => new Number(5),
      () => new String('five'),
      () => new Proxy({ a: 1, b: 2 }, {}),
      () => new Float64Array([1]),
      () => new ArrayBuffer(3),
      () => Object.defineProperty({ b: 1 }, 'a', { get: () => 'got', enumerable: true }),
      () => Object.defineProperty({ b: 1 }, 'a', { value: 'hidden' }),
      () =>
        Object.defineProperty({}, 'a', { get: () => JSON.parse('{') as unknown, enumerable: true }),
      () => Object.assign(new Array<number>(3), { 2: 1 }),
    )
    .map((make) => make()),
);

const circle: Record<string, unknown> = { a: 1 };
circle['b'] = { a: [circle] };

interface Tied {
  readonly value: unknown;
  readonly fields: object;
}

/** Documents of everything that can be handed to a serialiser. */
export const anyDocument = fc.letrec<Tied>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 20, arbitrary: plainScalar },
    { weight: 2, arbitrary: oddScalar },
    { weight: 4, arbitrary: fc.array(tie('value'), { maxLength: 12 }) },
    { weight: 4, arbitrary: tie('fields') },
    { weight: 1, arbitrary: fc.constant(circle) },
  ),
  fields: fc
    .array(fc.tuple(fieldName, tie('value')), { maxLength: 8 })
    .map((entries) => Object.fromEntries(entries)),
})).fields;
