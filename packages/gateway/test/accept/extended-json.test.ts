import {
  Binary,
  BSON,
  BSONRegExp,
  Code,
  Decimal128,
  EJSON,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
  UUID,
} from 'bson';
import { describe, expect, it } from 'vitest';
import { toExtendedJson } from '../../src/accept/extended-json.ts';

const document = {
  _id: new ObjectId('0123456789abcdef01234567'),
  uuid: new UUID('00112233-4455-6677-8899-aabbccddeeff'),
  date: new Date(86_400_000),
  before: new Date(-1),
  decimal: Decimal128.fromString('0.10'),
  small: Long.fromNumber(5),
  double: 1.5,
  notANumber: NaN,
  binary: new Binary(new Uint8Array([1, 2]), 0),
  regex: new BSONRegExp('a', 'i'),
  code: new Code('f()'),
  stamp: new Timestamp({ t: 1, i: 2 }),
  min: new MinKey(),
  max: new MaxKey(),
  nothing: null,
  list: [1, { deep: [true] }],
};

describe('Extended JSON of a stored document', () => {
  it('is that of the driver, relaxed and canonical, for every type', () => {
    const bytes = BSON.serialize(document);
    expect(JSON.parse(toExtendedJson(bytes, false))).toEqual(
      JSON.parse(EJSON.stringify(document, { relaxed: true })),
    );
    expect(
      BSON.serialize(EJSON.parse(toExtendedJson(bytes, true), { relaxed: false }) as object),
    ).toEqual(bytes);
  });

  it('keeps the digits of integers that no double holds, at any depth', () => {
    const big = Long.fromString('9007199254740993');
    const text = toExtendedJson(BSON.serialize({ a: [{ b: big }], c: Long.MIN_VALUE }), false);
    expect(JSON.parse(text)).toEqual({
      a: [{ b: { $numberLong: '9007199254740993' } }],
      c: { $numberLong: '-9223372036854775808' },
    });
  });
});
