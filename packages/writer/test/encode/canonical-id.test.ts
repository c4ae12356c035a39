import {
  BSON,
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
  UUID,
} from 'bson';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalId } from '../../src/encode/canonical-id.ts';
import { encodeObject } from '../../src/encode/encode-object.ts';
import { bsonDocument, decimalText } from './bson-arbitrary.ts';

function canonical(value: unknown): string {
  const { id } = encodeObject({ _id: value }, { reservedBytes: 0 });
  if (id === undefined) throw new Error('no _id was found');
  return canonicalId(id);
}
const decimal = (text: string) => Decimal128.fromString(text);

describe('one and the same _id', () => {
  it.each<[string, unknown[]]>([
    [
      'one',
      [new Int32(1), Long.ONE, new Double(1), decimal('1'), decimal('1.000'), decimal('10E-1')],
    ],
    [
      'zero',
      [new Int32(0), Long.ZERO, new Double(-0), decimal('-0'), decimal('0E+6000'), decimal('0.00')],
    ],
    ['not a number', [new Double(NaN), decimal('NaN')]],
    ['infinity', [new Double(Infinity), decimal('Infinity')]],
    ['minus infinity', [new Double(-Infinity), decimal('-Infinity')]],
    ['one and a half', [new Double(1.5), decimal('1.5'), decimal('1.50')]],
    ['a half negative', [new Double(-0.5), decimal('-0.5')]],
    ['10^15', [Long.fromString('1000000000000000'), new Double(1e15), decimal('1e15')]],
    ['10^22', [new Double(1e22), decimal('1e22'), decimal('10000e18')]],
    ['2^63', [new Double(-(2 ** 63)), Long.MIN_VALUE, decimal('-9223372036854775808')]],
    ['text', ['a', new BSONSymbol('a')]],
    [
      'a subdocument',
      [
        { a: new Int32(1), b: [Long.ONE] },
        { a: decimal('1.0'), b: [new Double(1)] },
      ],
    ],
  ])('%s', (_, values) => {
    expect(new Set(values.map(canonical)).size).toBe(1);
  });
});

it('different ones are different', () => {
  const values: unknown[] = [
    new Int32(1),
    '1',
    'n1',
    new Double(0.1),
    decimal('0.1'),
    new Double(0.2),
    decimal('1e6144'),
    Long.fromString('9007199254740993'),
    new Double(9007199254740992),
    Long.MAX_VALUE,
    new Double(2 ** 63),
    new Int32(-1),
    new Int32(10),
    new Double(NaN),
    new Double(Infinity),
    new Double(-Infinity),
    new Double(5e-324),
    null,
    true,
    false,
    new MinKey(),
    new MaxKey(),
    new Date(0),
    new Timestamp({ t: 0, i: 0 }),
    new Date(1),
    new ObjectId('0123456789abcdef01234567'),
    new UUID('00112233-4455-6677-8899-aabbccddeeff'),
    '',
    'A',
    'a',
    {},
    { a: 1 },
    { b: 1 },
    { a: 1, b: 2 },
    { b: 2, a: 1 },
    { a: [] },
    { a: {} },
    { a: [1, 2] },
    { a: [2, 1] },
    { a: { b: 1 } },
    { a: 1, c: { b: 1 } },
    { a: null },
    new Code('a'),
    new Code('a', {}),
    new Code('a', { b: 1 }),
    { a: '1:', b: 1 },
    { a: decimal('0.1') },
    { a: new Double(0.1) },
  ];
  expect(new Set(values.map(canonical)).size).toBe(values.length);
});

it('stays short for huge exponents', () => {
  for (const text of ['1e6144', '-1e-6176', '9.9E+6000'])
    expect(canonical(decimal(text)).length).toBeLessThan(50);
});

it('whole numbers are equal by value over all types', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 53n), max: 2n ** 53n }), (value) => {
      const text = canonical(Long.fromBigInt(value));
      expect(canonical(new Double(Number(value)))).toBe(text);
      expect(canonical(decimal(value.toString()))).toBe(text);
    }),
  );
});

it('decimals are equal exactly when their value is', () => {
  const scaled = (text: string): [bigint, bigint] => {
    const [digits = '0', exponent = '0'] = text.split('E');
    return [BigInt(digits), 10n ** BigInt(Number(exponent) + 6176)];
  };
  fc.assert(
    fc.property(decimalText, decimalText, (one, other) => {
      const [a, aScale] = scaled(one);
      const [b, bScale] = scaled(other);
      expect(canonical(decimal(one)) === canonical(decimal(other))).toBe(a * aScale === b * bScale);
    }),
    { numRuns: 100 },
  );
});

it('a double equals the decimal of its exact digits', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 0, max: 30 }), (numerator, power) => {
      const value = numerator / 2 ** power;
      const exact = (BigInt(numerator) * 5n ** BigInt(power)).toString();
      if (exact.length > 34) return;
      expect(canonical(new Double(value))).toBe(canonical(decimal(`${exact}E-${power}`)));
    }),
  );
});

it('any document as _id gives one text, the same for equal bytes', () => {
  fc.assert(
    fc.property(bsonDocument, bsonDocument, (one, other) => {
      const equal = Buffer.compare(BSON.serialize(one), BSON.serialize(other)) === 0;
      if (equal) expect(canonical(one)).toBe(canonical(other));
      expect(canonical(one)).toBe(
        canonical(
          BSON.deserialize(BSON.serialize(one), { promoteValues: false, bsonRegExp: true }),
        ),
      );
    }),
  );
});
