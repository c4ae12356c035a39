import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from 'bson';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalId } from '../../src/encode/canonical-id.ts';
import { valueEnd } from '../../src/encode/value-extent.ts';
import { compareValues } from '../../src/route/compare-values.ts';
import { bsonDocument, bsonScalar, decimalText } from '../encode/bson-arbitrary.ts';
import { rawValueOf } from './raw-value-of.ts';

const decimal = (text: string) => Decimal128.fromString(text);
const compare = (one: unknown, other: unknown): number =>
  Math.sign(compareValues(rawValueOf(one), rawValueOf(other)));

/** From the least to the greatest; values of one row are equal. */
const ascending: unknown[][] = [
  [new MinKey()],
  [null, undefined],
  [new Double(NaN), decimal('NaN')],
  [new Double(-Infinity), decimal('-Infinity')],
  [decimal('-1E+6000')],
  [new Double(-(2 ** 63)), Long.MIN_VALUE, decimal('-9223372036854775808')],
  [new Int32(-1), Long.NEG_ONE, new Double(-1), decimal('-1.0')],
  [decimal('-1E-6000')],
  [new Int32(0), Long.ZERO, new Double(0), new Double(-0), decimal('0'), decimal('-0E+10')],
  [new Double(5e-324)],
  [decimal('0.1')],
  [new Double(0.1)],
  [new Int32(1), Long.ONE, new Double(1), decimal('1'), decimal('1.00')],
  [new Double(1.5), decimal('1.5')],
  [new Int32(2), decimal('2')],
  [new Int32(10), decimal('1E+1')],
  [new Double(2 ** 53), Long.fromString('9007199254740992')],
  [Long.fromString('9007199254740993'), decimal('9007199254740993')],
  [new Double(2 ** 53 + 2)],
  [Long.MAX_VALUE, decimal('9223372036854775807')],
  [new Double(2 ** 63), decimal('9223372036854775808')],
  [new Double(1e300)],
  [decimal('9E+6000')],
  [new Double(Infinity), decimal('Infinity')],
  [''],
  ['A', new BSONSymbol('A')],
  ['AB'],
  ['a', new BSONSymbol('a')],
  ['a\0'],
  ['ab'],
  ['\u{ffff}'],
  ['\u{10000}'],
  [{}],
  [{ a: new MinKey() }],
  [{ a: 1 }, { a: Long.ONE }, { a: decimal('1.0') }],
  [{ a: 1, b: 1 }],
  [{ a: 2 }],
  [{ b: 1 }],
  [{ a: 'x' }],
  [{ a: {} }],
  [new Binary(Buffer.from([]))],
  [new Binary(Buffer.from([1]), 0)],
  [new Binary(Buffer.from([0]), 5)],
  [new Binary(Buffer.from([0, 0]), 0)],
  [new ObjectId('00'.repeat(12))],
  [new ObjectId('ff'.repeat(12))],
  [false],
  [true],
  [new Date(-1)],
  [new Date(0)],
  [new Date(2 ** 32)],
  [new Timestamp({ t: 0, i: 1 })],
  [new Timestamp({ t: 1, i: 0 })],
  [new Timestamp({ t: 2 ** 32 - 1, i: 0 })],
  [new BSONRegExp('a')],
  [new BSONRegExp('a', 'i')],
  [new BSONRegExp('ab')],
  [new Code('a')],
  [new Code('b')],
  [new Code('a', {})],
  [new Code('a', { b: 1 })],
  [new Code('b', {})],
  [new MaxKey()],
];

test('values stand in the order of their types, then of their values', () => {
  ascending.forEach((row, at) => {
    ascending.forEach((otherRow, otherAt) => {
      for (const one of row) {
        for (const other of otherRow) {
          expect({ one, other, order: compare(one, other) }).toEqual({
            ...{ one, other },
            order: Math.sign(at - otherAt),
          });
        }
      }
    });
  });
});

test('arrays are compared element by element', () => {
  expect(compare([1, 2], [1, 3])).toBe(-1);
  expect(compare([1], [1, 0])).toBe(-1);
  expect(compare(['a'], [2, 2])).toBe(1);
});

const anyValue = fc.oneof(bsonScalar, bsonDocument);
const number = fc.oneof(
  fc.integer().map((value) => new Int32(value)),
  fc.double().map((value) => new Double(value)),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => Long.fromBigInt(value)),
  decimalText.map(decimal),
);

test('one order holds for any three values', () => {
  const holds = (a: unknown, b: unknown, c: unknown): void => {
    expect(compare(a, a)).toBe(0);
    expect(compare(a, b) + compare(b, a)).toBe(0);
    const [first, second, third] = [a, b, c].sort(compare);
    expect([compare(first, second), compare(second, third)]).not.toContain(1);
    expect(compare(first, third)).not.toBe(1);
  };
  fc.assert(fc.property(anyValue, anyValue, anyValue, holds));
  fc.assert(fc.property(number, number, number, holds));
});

test('two numbers are equal exactly when they are one _id', () => {
  const canonical = (value: unknown): string => {
    const { type, bytes, at } = rawValueOf(value);
    return canonicalId({ type, value: bytes.subarray(at, valueEnd(bytes, type, at)) });
  };
  const near = fc
    .integer({ min: -1000, max: 1000 })
    .chain((value) =>
      fc.constantFrom(new Int32(value), new Double(value / 2), decimal(`${value}E-1`)),
    );
  fc.assert(
    fc.property(fc.oneof(number, near), fc.oneof(number, near), (one, other) => {
      expect(compare(one, other) === 0).toBe(canonical(one) === canonical(other));
    }),
  );
});
