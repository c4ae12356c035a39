import { BSON, Double, Int32, Long } from 'bson';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonRefusal, jsonToBson } from './refusal.ts';

describe('numbers', () => {
  it.each([
    ['2147483647', new Int32(2147483647)],
    ['-2147483648', new Int32(-2147483648)],
    ['2147483648', Long.fromString('2147483648')],
    ['-2147483649', Long.fromString('-2147483649')],
    ['999999999999999', Long.fromString('999999999999999')],
    ['-1000000000000001', Long.fromString('-1000000000000001')],
    ['9223372036854775807', Long.fromString('9223372036854775807')],
    ['-9223372036854775808', Long.fromString('-9223372036854775808')],
    ['9007199254740993', Long.fromString('9007199254740993')],
    ['0', new Int32(0)],
    ['-0', new Int32(0)],
    ['-0.0', new Double(-0)],
    ['1.0', new Double(1)],
    ['1e2', new Double(100)],
    ['0.1', new Double(0.1)],
    ['123456789012345.6', new Double(123456789012345.6)],
    ['0.000000000000000000000000000001234', new Double(1.234e-30)],
    ['1.7976931348623157E+308', new Double(1.7976931348623157e308)],
    ['5e-324', new Double(5e-324)],
  ])('%s', (text, value) => {
    expect(jsonToBson(`{"n":${text}}`)).toEqual(BSON.serialize({ n: value }));
  });

  it('any double text is the nearest double', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.nat(),
        fc.integer({ min: -30, max: 30 }),
        (whole, part, exponent) => {
          for (const text of [`${whole}.${part}`, `-${whole}.${part}e${exponent}`]) {
            expect(jsonToBson(`{"n":${text}}`)).toEqual(
              BSON.serialize({ n: new Double(Number(text)) }),
            );
          }
        },
      ),
    );
  });

  it.each(['9223372036854775808', '-9223372036854775809', '1'.repeat(50_000), '1e309', '-1.0e400'])(
    'refuses what does not fit: %.25s',
    (text) => {
      expect(jsonRefusal(`{"a":[{"n":${text}}]}`)).toMatchObject({
        code: 'number-out-of-range',
        path: '/a/0/n',
      });
    },
  );

  it.each(['01', '-', '+1', '.5', '1.', '1e', '1e+', 'NaN', 'Infinity', '0x10', '1_000', '--1'])(
    'refuses what JSON has not: %s',
    (text) => {
      expect(jsonRefusal(`{"n":${text}}`)).toMatchObject({ code: 'bad-json', status: 400 });
    },
  );
});

describe('text', () => {
  it('decodes every escape', () => {
    const bytes = jsonToBson(
      String.raw`{"\u0061\n":"\"\\\/\b\f\n\r\t\u0000\u00e9\u20AC\ud83d\uDE00"}`,
    );
    expect(BSON.deserialize(bytes)).toEqual({ 'a\n': '"\\/\b\f\n\r\t\0é€😀' });
  });

  it.each([
    [String.raw`{"a":"\ud800"}`, 'bad-encoding'],
    [String.raw`{"a":"\udc00\ud800"}`, 'bad-encoding'],
    [String.raw`{"a":"\ud800\u0041"}`, 'bad-encoding'],
    [String.raw`{"a":"\x41"}`, 'bad-json'],
    [String.raw`{"a":"\u00g0"}`, 'bad-json'],
    ['{"a":"\n"}', 'bad-json'],
    ['{"a":"', 'bad-json'],
    ['\ufeff{}', 'bad-encoding'],
  ])('refuses %j', (text, code) => {
    expect(jsonRefusal(text)).toMatchObject({ code, status: 400 });
  });

  it('refuses bytes that are no UTF-8', () => {
    const text = Buffer.concat([Buffer.from('{"a":"'), Buffer.of(0xc3, 0x28), Buffer.from('"}')]);
    expect(jsonRefusal(text)).toMatchObject({ code: 'bad-encoding' });
  });
});
