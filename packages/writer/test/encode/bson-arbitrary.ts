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

/** Text of any characters that UTF-8 can hold, NUL included. */
const text = fc.string({ unit: 'binary', maxLength: 12 });
const cleanText = text.map((value) => value.replaceAll('\0', ''));
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

/** Names which keep their order in an object and mean nothing to a serialiser. */
export const fieldName = fc
  .oneof(fc.constantFrom('a', 'total', 'ß', 'lines'), cleanText)
  .filter((name) => !/^(?:\d.*|\$.*|__proto__|_id|_bsontype|toBSON|toJSON)$/s.test(name));

export const decimalText = fc
  .tuple(
    fc.constantFrom('', '-'),
    fc.bigInt({ min: 0n, max: 10n ** 34n - 1n }),
    fc.integer({ min: -6176, max: 6111 }),
  )
  .map(([sign, digits, exponent]) => `${sign}${digits}E${exponent}`);

const scalars = [
  text,
  fc.boolean(),
  fc.constant(null),
  fc.integer().map((value) => new Int32(value)),
  fc.double().map((value) => new Double(value)),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => Long.fromBigInt(value)),
  decimalText.map((value) => Decimal128.fromString(value)),
  fc.constantFrom('NaN', 'Infinity', '-Infinity').map((value) => Decimal128.fromString(value)),
  fc.date({ noInvalidDate: true }),
  bytes(12).map((value) => new ObjectId(value)),
  bytes(16).map((value) => new Binary(value, 4)),
  fc
    .tuple(fc.uint8Array({ maxLength: 20 }), fc.constantFrom(0, 2, 3, 5, 128))
    .map(([value, subtype]) => new Binary(value, subtype)),
  fc.tuple(fc.nat(), fc.nat()).map(([t, i]) => new Timestamp({ t, i })),
  fc.tuple(cleanText, fc.constantFrom('', 'i', 'imx')).map(([p, o]) => new BSONRegExp(p, o)),
  fc.constantFrom(new MinKey(), new MaxKey()),
  text.map((value) => new BSONSymbol(value)),
  text.map((value) => new Code(value)),
] as const;

/** Documents over all BSON types that js-bson writes. */
export const bsonDocument = fc.letrec<{ value: unknown; fields: Record<string, unknown> }>(
  (tie) => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      ...scalars,
      fc.array(tie('value'), { maxLength: 12 }),
      tie('fields'),
      fc.tuple(text, tie('fields')).map(([code, scope]) => new Code(code, scope)),
    ),
    fields: fc
      .uniqueArray(fc.tuple(fieldName, tie('value')), { maxLength: 8, selector: ([name]) => name })
      .map((entries) => Object.fromEntries(entries)),
  }),
).fields;

/** A value with no fields and no elements. */
export const bsonScalar = fc.oneof(...scalars);
