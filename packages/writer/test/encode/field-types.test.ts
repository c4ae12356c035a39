import { BSON, Decimal128, Double, Int32, Long, ObjectId, UUID } from 'bson';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileFieldTypes, type FieldType } from '../../src/encode/field-types.ts';
import { decimalText } from './bson-arbitrary.ts';
import { jsonRefusal, jsonToBson, refusal } from './refusal.ts';

const OID = '0123456789abcdef01234567';
const UUID_TEXT = '00112233-4455-6677-8899-aabbccddeeff';

function encodeAs(type: FieldType, value: string): Uint8Array {
  return jsonToBson(`{"v":${value}}`, { types: compileFieldTypes({ v: type }) });
}

describe('a declared field', () => {
  it.each<[FieldType, string, unknown]>([
    ['decimal', '"77.00"', Decimal128.fromString('77.00')],
    ['decimal', '77.00', Decimal128.fromString('77.00')],
    ['decimal', '-0', Decimal128.fromString('-0')],
    ['decimal', '1e3', Decimal128.fromString('1e3')],
    ['decimal', '12345678901234567890.12', Decimal128.fromString('12345678901234567890.12')],
    ['decimal', '{"$numberDecimal":"NaN"}', Decimal128.fromString('NaN')],
    ['decimal', 'null', null],
    ['date', '"1997-01-12T00:00:00Z"', new Date('1997-01-12')],
    ['date', '853027200000', new Date(853027200000)],
    ['date', '{"$date":"1997-01-12T00:00:00Z"}', new Date('1997-01-12')],
    ['objectId', `"${OID.toUpperCase()}"`, new ObjectId(OID)],
    ['uuid', `"${UUID_TEXT}"`, new UUID(UUID_TEXT)],
    ['uuid', `{"$uuid":"${UUID_TEXT}"}`, new UUID(UUID_TEXT)],
    ['int', '"5"', new Int32(5)],
    ['long', '5', Long.fromNumber(5)],
    ['long', '"9223372036854775807"', Long.MAX_VALUE],
    ['double', '5', new Double(5)],
    ['double', '"-0.5e1"', new Double(-5)],
    ['decimal', '["1","2.0"]', [Decimal128.fromString('1'), Decimal128.fromString('2.0')]],
  ])('%s takes %s', (type, text, value) => {
    expect(encodeAs(type, text)).toEqual(BSON.serialize({ v: value }));
  });

  it.each<[FieldType, string]>([
    ['decimal', '"abc"'],
    ['decimal', '""'],
    ['decimal', '"-"'],
    ['decimal', '"1 "'],
    ['decimal', '"NaN"'],
    ['decimal', '"Infinity"'],
    ['decimal', '"1e7000"'],
    ['decimal', `"${'1'.repeat(35)}"`],
    ['decimal', `0.${'1'.repeat(35)}`],
    ['decimal', 'true'],
    ['decimal', '{"a":1}'],
    ['decimal', '{"$numberDouble":"1"}'],
    ['date', '"2026-02-30T00:00:00Z"'],
    ['date', '"2026-01-01"'],
    ['date', '1.5'],
    ['objectId', '"abc"'],
    ['objectId', '5'],
    ['uuid', '"abc"'],
    ['uuid', '{"$binary":{"base64":"AQI=","subType":"04"}}'],
    ['int', '2147483648'],
    ['int', '1.0'],
    ['int', '"1x"'],
    ['long', '9223372036854775808'],
    ['long', '{"$numberInt":"1"}'],
    ['double', '"NaN"'],
    ['double', '"1e999"'],
    ['double', 'false'],
  ])('%s refuses %s', (type, text) => {
    expect(refusal(() => encodeAs(type, text))).toMatchObject({
      code: 'bad-typed-value',
      status: 422,
      path: '/v',
      type,
    });
  });

  it('is found below subdocuments and through lists', () => {
    const types = compileFieldTypes({ 'lines.price': 'decimal', 'a.b.c': 'int' });
    const bytes = jsonToBson(
      '{"lines":[{"price":"1.50"},{"price":2}],"price":"3","a":{"b":{"c":"4"}}}',
      {
        types,
      },
    );
    const lines = ['1.50', '2'].map((price) => ({ price: Decimal128.fromString(price) }));
    expect(bytes).toEqual(BSON.serialize({ lines, price: '3', a: { b: { c: new Int32(4) } } }));
    expect(jsonRefusal('{"lines":[{"price":1},{"price":"x"}]}', { types })).toMatchObject({
      path: '/lines/1/price',
    });
  });

  it('reads a number text to its end only, whatever the buffer held before', () => {
    jsonToBson(`{"v":"${'9'.repeat(60)}"}`);
    expect(encodeAs('long', '"12"')).toEqual(BSON.serialize({ v: Long.fromNumber(12) }));
  });
});

describe('decimals equal those of js-bson', () => {
  const check = (text: string) => {
    const expected = BSON.serialize({ v: Decimal128.fromString(text) });
    expect(encodeAs('decimal', `"${text}"`)).toEqual(expected);
  };
  it('amounts', () => {
    const amount = fc.tuple(
      fc.constantFrom('', '-', '+'),
      fc.nat(),
      fc.string({ unit: fc.constantFrom(...'0123456789'.split('')), maxLength: 12 }),
    );
    fc.assert(
      fc.property(amount, ([sign, whole, part]) => {
        check(`${sign}${whole}.${part}`);
      }),
    );
  });
  it('up to 34 digits and all exponents', () => {
    fc.assert(fc.property(decimalText, check));
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 17n }), fc.nat(20), (digits, zeros) => {
        check(`0.${'0'.repeat(zeros % 10)}${digits}`);
        check(`${'0'.repeat(zeros)}${digits}`);
      }),
    );
  });
});

describe('declarations', () => {
  it.each([
    [{ a: 'money' }, 'a'],
    [{ '': 'int' }, ''],
    [{ 'a..b': 'int' }, 'a..b'],
    [{ $a: 'int' }, '$a'],
    [{ a: 'int', 'a.b': 'int' }, 'a.b'],
    [{ 'a.b': 'int', a: 'int' }, 'a'],
  ])('%j is refused', (declared, path) => {
    const compile = () => compileFieldTypes(declared as unknown as Record<string, FieldType>);
    expect(refusal(compile)).toMatchObject({ code: 'bad-type-declaration', path });
  });
});
