import {
  Binary,
  BSON,
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
import { expect, it } from 'vitest';
import { bothEncoders, compiledOutcome } from './both-encoders.ts';

const cases: readonly (readonly [bsonType: string, values: readonly unknown[]])[] = [
  ['double', [1.5, -0, Number.NaN, Infinity, 2 ** 31, 5, new Double(5)]],
  ['string', ['', 'plain', 'größer als 🙂', 'x'.repeat(30), 'ü'.repeat(30), '\ud800', 'a\0b']],
  ['object', [{ inside: 'text' }, {}, Object.assign(Object.create(null) as object, { inside: 1 })]],
  ['array', [[], ['a', 'b'], Array.from({ length: 1_001 }, (_, i) => `n${i}`), new Array(3)]],
  [
    'binData',
    [Buffer.from('bytes'), new Uint8Array(40), new UUID(), new Binary(Buffer.from('old'), 2)],
  ],
  ['undefined', [undefined]],
  ['objectId', [new ObjectId('0123456789abcdef01234567')]],
  ['bool', [true, false]],
  ['date', [new Date(0), new Date(-1), new Date(8.64e15), new Date(-8.64e15), new Date(2 ** 32)]],
  ['null', [null]],
  ['regex', [/a+/gi, new BSONRegExp('ü', 'mi')]],
  ['javascript', [new Code('return 1')]],
  ['symbol', [new BSONSymbol('sign')]],
  ['javascriptWithScope', [new Code('return x', { x: 1, deep: { list: [1, 'two'] } })]],
  ['int', [5, -5, 2 ** 31 - 1, -(2 ** 31), new Int32(7)]],
  ['timestamp', [new Timestamp({ t: 4_000_000_000, i: 3 })]],
  ['long', [Long.MIN_VALUE, 2n ** 63n - 1n, -1n, 5, 2 ** 40]],
  ['decimal', [Decimal128.fromString('-12.50E+3'), Decimal128.fromString('NaN')]],
  ['minKey', [new MinKey()]],
  ['maxKey', [new MaxKey()]],
  ['number', [1, 1.5, Long.ONE, 1n, Decimal128.fromString('1'), new Double(1), new Int32(1)]],
];

it.each(cases)('%s is compiled, and written as js-bson writes it', (bsonType, values) => {
  const place = {
    bsonType,
    properties: { inside: { bsonType: ['string', 'int'] } },
    items: { bsonType: 'string' },
  };
  const schema = { bsonType: 'object', properties: { value: place } };
  for (const encoder of bothEncoders(schema)) {
    for (const value of values) {
      const serialized = BSON.serialize({ value }, { ignoreUndefined: false });
      const hex = Buffer.from(serialized).toString('hex');
      expect(compiledOutcome(encoder, { value })).toEqual({ hex });
    }
    expect(encoder.fallBacks).toMatchObject({ documents: values.length, fallBacks: 0 });
  }
});
