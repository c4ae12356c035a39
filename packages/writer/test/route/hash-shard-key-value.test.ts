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
  UUID,
} from 'bson';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hashRawValue, hashShardKeyValue } from '../../src/route/hash-shard-key-value.ts';
import { bsonDocument, bsonScalar } from '../encode/bson-arbitrary.ts';
import { rawValueOf } from './raw-value-of.ts';

const decimal = (text: string) => Decimal128.fromString(text);
const int64Max = Long.MAX_VALUE;

// As hashed indexes have had them since 2013 (src/mongo/db/hasher_test.cpp). Not taken from there:
// null and Timestamp, which follow from the rules; the Timestamp there had the type of a Date.
test.each<[string, bigint, unknown[]]>([
  ['42', -944302157085130861n, [new Int32(42), Long.fromInt(42), new Double(42.123)]],
  ['0', 4854801880128277513n, [new Int32(0), Long.ZERO, new Double(0.456), new Double(NaN)]],
  ['1', 5902408780260971510n, [new Int32(1), Long.ONE, new Double(1.987)]],
  ['-1', 1140205862565771219n, [new Int32(-1), Long.NEG_ONE, new Double(-1.789)]],
  ['int32 min', 6165898260261354870n, [new Int32(-(2 ** 31)), new Double(-(2 ** 31))]],
  ['int32 max', 1143184177162245883n, [new Int32(2 ** 31 - 1), Long.fromNumber(2 ** 31 - 1)]],
  ['int64 max', 921523596458303250n, [int64Max, new Double(Number.MAX_VALUE)]],
  ['int64 min', 4532067210535695462n, [Long.MIN_VALUE, new Double(-Number.MAX_VALUE)]],
  ['MinKey', 7961148599568647290n, [new MinKey()]],
  ['MaxKey', 5504842513779440750n, [new MaxKey()]],
  ['abc', 8478485326885698097n, ['abc', new BSONSymbol('abc')]],
  ['an empty string', 2049396243249673340n, ['', new BSONSymbol('')]],
  [
    'an object',
    4771603801758380216n,
    [
      { a: 'abc', b: Long.fromInt(123) },
      { a: 'abc', b: 123 },
    ],
  ],
  ['an empty object', 7980500913326740417n, [{}]],
  ['an array', -2938911267422831539n, [['bar', 'baz', 'qux']]],
  ['an empty array', 8849948234993459283n, [[]]],
  ['bytes', 7252465090394235301n, [new Binary(Buffer.from([0, 1, 2, 3, 4, 6]))]],
  ['bytes of a user', 5736670452907618262n, [new Binary(Buffer.from([0, 1, 2, 3, 4, 6]), 128)]],
  ['a UUID', 6084661258071355978n, [new UUID('00010203-0405-0607-0809-0a0b0c0d0e0f')]],
  ['an ObjectId', -5588663249627035708n, [new ObjectId('010203040506070809101112')]],
  ['ObjectId 0', -4293118519463489418n, [new ObjectId('0'.repeat(24))]],
  ['true', 6405873908747105701n, [true]],
  ['false', 6289544573401934092n, [false]],
  ['a date', -1178696894582842035n, [new Date(0)]],
  ['a Timestamp', -7867208682377458672n, [new Timestamp({ t: 0, i: 0 })]],
  ['a regex', -7275792090268217043n, [new BSONRegExp('mongodb')]],
  ['a regex with options', 7095855029187981886n, [new BSONRegExp('.*', 'i')]],
  ['code', 6861638109178014270n, [new Code('func f() { return 1; }')]],
  ['code with scope', 501342939894575968n, [new Code('func f() { return 1; }', { c: true })]],
  ['null, a missing field', 2338878944348059895n, [null, undefined]],
])('%s', (_, hash, values) => {
  for (const value of values) expect(hashShardKeyValue(value)).toBe(hash);
});

test('decimals are rounded half to even, and never leave int64', () => {
  const whole = (text: string): bigint => hashShardKeyValue(Long.fromString(text));
  const cases: Record<string, string> = {
    '0.4': '0',
    '0.5': '0',
    '0.51': '1',
    '1.5': '2',
    '2.5': '2',
    '2.500000000000001': '3',
    '-1.5': '-2',
    '-0.05': '0',
    '1E+3': '1000',
    '9223372036854775807': '9223372036854775807',
    '9223372036854775808': '9223372036854775807',
    '-9223372036854775809': '-9223372036854775808',
    '1E+6000': '9223372036854775807',
    '-1E+6000': '-9223372036854775808',
    '1E-6000': '0',
    Infinity: '9223372036854775807',
    NaN: '0',
  };
  for (const [text, rounded] of Object.entries(cases)) {
    expect([text, hashShardKeyValue(decimal(text))]).toEqual([text, whole(rounded)]);
  }
});

test('the double 2^63 hashes as the smallest int64, as it did before compilers agreed', () => {
  expect(hashShardKeyValue(new Double(2 ** 63))).toBe(hashShardKeyValue(Long.MIN_VALUE));
  expect(hashShardKeyValue(new Double(2 ** 64))).toBe(hashShardKeyValue(int64Max));
});

test('whole numbers of equal value hash equally, whatever their type', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 53n), max: 2n ** 53n }), (value) => {
      const hash = hashShardKeyValue(Long.fromBigInt(value));
      expect(hashShardKeyValue(new Double(Number(value)))).toBe(hash);
      expect(hashShardKeyValue(decimal(`${value}.00`))).toBe(hash);
      expect(hashShardKeyValue({ a: value })).toBe(hashShardKeyValue({ a: Number(value) }));
    }),
  );
});

test('different whole numbers hash differently', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
      const other = value ^ 1n;
      expect(hashShardKeyValue(value)).not.toBe(hashShardKeyValue(other));
    }),
  );
});

test('any value hashes to an int64 and leaves nothing behind for the next one', () => {
  const first = hashShardKeyValue('abc');
  fc.assert(
    fc.property(fc.oneof(bsonScalar, bsonDocument), (value) => {
      const hash = hashShardKeyValue(value);
      expect(BigInt.asIntN(64, hash)).toBe(hash);
      expect(hashRawValue(rawValueOf(value)).readBigInt64LE(0)).toBe(hash);
      expect(hashShardKeyValue('abc')).toBe(first);
    }),
  );
});
