import { Binary, BSON, Code, DBRef, Decimal128, Long, ObjectId, UUID } from 'bson';
import { describe, expect, it } from 'vitest';
import { jsonRefusal, jsonToBson } from './refusal.ts';

const OID = '0123456789abcdef01234567';
const UUID_TEXT = '00112233-4455-6677-8899-aabbccddeeff';

describe('Extended JSON', () => {
  it.each([
    ['{"$date":"1997-01-12T10:00:00.5+02:00"}', new Date('1997-01-12T08:00:00.500Z')],
    ['{"$date":853027200000}', new Date(853027200000)],
    ['{ "$date" : { "$numberLong" : "-1" } }', new Date(-1)],
    [`{"$uuid":"${UUID_TEXT}"}`, new UUID(UUID_TEXT)],
    ['{"$numberDecimal":"1E+3"}', Decimal128.fromString('1E+3')],
    ['{"$numberDecimal":"-inf"}', Decimal128.fromString('-inf')],
    ['{"$binary":{"subType":"0","base64":"AQI="}}', new Binary(Buffer.of(1, 2))],
    ['{"$scope":{"a":{"b":1}},"$code":"x"}', new Code('x', { a: { b: 1 } })],
    ['{"$numberLong":"1"}', Long.ONE],
    [`{"$ref":"c","$id":{"$oid":"${OID}"}}`, new DBRef('c', new ObjectId(OID))],
  ])('%s', (text, value) => {
    expect(jsonToBson(`{"v":${text}}`)).toEqual(BSON.serialize({ v: value }));
    expect(jsonToBson(`{"v":[${text}]}`)).toEqual(BSON.serialize({ v: [value] }));
  });

  it('writes the deprecated types js-bson no longer writes', () => {
    const text = `{"u":{"$undefined":true},"p":{"$dbPointer":{"$ref":"d.c","$id":{"$oid":"${OID}"}}}}`;
    const hex = `0675000c700004000000642e6300${OID}`;
    expect(Buffer.from(jsonToBson(text)).toString('hex')).toBe(`1f000000${hex}00`);
  });

  it.each([
    '{"$numberInt":"abc"}',
    '{"$numberInt":"2147483648"}',
    '{"$numberInt":5}',
    '{"$numberInt":"1","x":2}',
    '{"$numberInt":"12 "}',
    '{"x":2,"$numberInt":"1"}',
    '{"$numberLong":"9223372036854775808"}',
    '{"$numberLong":"1.0"}',
    '{"$numberDouble":"1e400"}',
    '{"$numberDouble":"nan"}',
    '{"$numberDecimal":"1.2.3"}',
    '{"$numberDecimal":""}',
    `{"$numberDecimal":"${'1'.repeat(35)}"}`,
    '{"$oid":"0123456789abcdef0123456"}',
    '{"$oid":"0123456789abcdef0123456g"}',
    '{"$date":"2026-02-30T00:00:00Z"}',
    '{"$date":1.5}',
    '{"$date":{"$numberInt":"1"}}',
    '{"$date":true}',
    '{"$uuid":"00112233445566778899aabbccddeeff"}',
    '{"$binary":{"base64":"A","subType":"00"}}',
    '{"$binary":{"base64":"AQI=","subType":"100"}}',
    '{"$binary":{"base64":"AQI="}}',
    '{"$binary":"AQI=","$type":"00"}',
    '{"$timestamp":{"t":1,"i":-1}}',
    '{"$timestamp":{"t":1,"i":4294967296}}',
    '{"$timestamp":{"t":"1","i":1}}',
    '{"$regularExpression":{"pattern":"a","options":"g"}}',
    '{"$regularExpression":{"pattern":"\\u0000","options":""}}',
    '{"$minKey":2}',
    '{"$maxKey":"1"}',
    '{"$symbol":1}',
    '{"$undefined":false}',
    '{"$code":1}',
    '{"$code":"a","$other":1}',
    '{"$scope":{}}x',
    '{"$code":"a","$scope":1}',
    '{"$dbPointer":{"$ref":"a","$id":"b"}}',
    '{"$symbol":{"a":{"b":{"c":{"d":1}}}}}',
  ])('refuses %s', (text) => {
    const { code, path } = jsonRefusal(`{"a":[0,${text}]}`);
    if (text.endsWith('}x')) expect(code).toBe('bad-json');
    else
      expect({ code, path: String(path).slice(0, 4) }).toEqual({
        code: 'bad-extended-json',
        path: '/a/1',
      });
  });
});
