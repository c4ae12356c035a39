import { HeadraceError } from '@headrace/base';
import { BSON, Decimal128, Long, ObjectId } from 'bson';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeBson } from '../../src/encode/encode-bson.ts';
import { encodeObject } from '../../src/encode/encode-object.ts';
import { documentBytes } from '../../src/encode/encoded-document.ts';
import { bsonDocument } from './bson-arbitrary.ts';
import { refusal } from './refusal.ts';

const room = { reservedBytes: 0 };
const refused = (hex: string) => refusal(() => encodeBson(Buffer.from(hex, 'hex'), room));

/** A document around one element, with its length in front. */
function around(elementHex: string): string {
  const length = Buffer.alloc(4);
  length.writeInt32LE(elementHex.length / 2 + 5);
  return `${length.toString('hex')}${elementHex}00`;
}

describe('encodeBson', () => {
  it('takes whatever js-bson writes, unchanged', () => {
    fc.assert(
      fc.property(bsonDocument, (document) => {
        const bytes = BSON.serialize(document);
        expect(Buffer.compare(documentBytes(encodeBson(bytes, room)), bytes)).toBe(0);
        expect(Buffer.compare(documentBytes(encodeObject(document, room)), bytes)).toBe(0);
      }),
    );
  });

  it('refuses every truncation and every surplus', () => {
    fc.assert(
      fc.property(bsonDocument, (document) => {
        const bytes = BSON.serialize(document);
        for (let length = 0; length < bytes.length; length++) {
          const cut = bytes.slice(0, length);
          expect(refusal(() => encodeBson(cut, room))).toHaveProperty('code', 'bad-bson');
        }
        const longer = Buffer.concat([bytes, Buffer.of(0)]);
        expect(refusal(() => encodeBson(longer, room))).toHaveProperty('code', 'bad-bson');
      }),
      { numRuns: 40 },
    );
  });

  it('after random changes refuses, or gives what js-bson can read', () => {
    const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(bsonDocument, changes, (document, bytesChanged) => {
        const bytes = Buffer.from(BSON.serialize(document));
        for (const [at, byte] of bytesChanged) bytes[at % bytes.length] = byte;
        let encoded: Uint8Array;
        try {
          encoded = documentBytes(encodeBson(bytes, room));
        } catch (error) {
          expect(error).toBeInstanceOf(HeadraceError);
          return;
        }
        BSON.deserialize(encoded, { bsonRegExp: true, promoteValues: false });
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    ['a boolean of 2', around('086100' + '02')],
    ['an unknown type', around('146100')],
    ['a name without end', around('0a61')],
    ['a string of length 0', around('026100' + '00000000')],
    ['a string without NUL', around('026100' + '01000000' + '61')],
    ['a string longer than its document', around('026100' + 'ff000000' + '6100')],
    ['a string that is no UTF-8', around('026100' + '03000000' + 'c32800')],
    ['a name that is no UTF-8', around('0ac32800')],
    ['a negative binary', around('056100' + 'ffffffff' + '00')],
    ['an old binary with two lengths', around('056100' + '05000000' + '02' + '0200000061')],
    ['a subdocument longer than its parent', around('036100' + '0600000000')],
    ['a subdocument shorter than 5', around('036100' + '0400000000')],
    ['a subdocument without end', around('036100' + '0500000001')],
    [
      'code with scope of a wrong length',
      around('0f6100' + '0f000000' + '01000000' + '00' + '0500000000' + '00'),
    ],
    ['an option no regex has', around('0b6100' + '6100' + '6700')],
    ['an int32 cut off', around('106100' + '010000')],
  ])('refuses %s', (_, hex) => {
    expect(refused(hex)).toMatchObject({ code: 'bad-bson', status: 400 });
  });

  it('holds names and _id to the same rules as JSON', () => {
    expect(refused(around('0a2461' + '00'))).toMatchObject({ code: 'bad-field-name', path: '/$a' });
    expect(refused(around('0a6100' + '0a6100'))).toMatchObject({
      code: 'bad-field-name',
      path: '/a',
    });
    const proto = Buffer.from('__proto__\0').toString('hex');
    expect(refused(around(`036100${around(`0a${proto}`)}`))).toMatchObject({
      path: '/a/__proto__',
    });
    expect(refused(around(`045f6964000500000000`))).toMatchObject({ code: 'bad-id' });
    expect(refused(around(`065f696400`))).toMatchObject({ code: 'bad-id' });
  });

  it('puts _id first and tells its value', () => {
    const id = new ObjectId();
    const encoded = encodeBson(BSON.serialize({ a: 1, _id: id, b: 'x' }), { reservedBytes: 17 });
    expect(documentBytes(encoded)).toEqual(BSON.serialize({ _id: id, a: 1, b: 'x' }));
    expect(encoded.id).toEqual({ type: 7, value: Buffer.from(id.id) });
  });

  it('takes 100 levels and refuses more, however many', () => {
    const nested = (levels: number) => {
      let hex = '0500000000';
      for (let i = 1; i < levels; i++) hex = around(`036100${hex}`);
      return hex;
    };
    encodeBson(Buffer.from(nested(100), 'hex'), room);
    expect(refused(nested(101))).toMatchObject({ code: 'too-deep' });
  });

  it('refuses more than 16 MiB', () => {
    const bytes = Buffer.alloc(16 * 1024 * 1024 + 1);
    expect(refusal(() => encodeBson(bytes, room))).toMatchObject({
      status: 413,
      bytes: bytes.length,
    });
  });
});

describe('encodeObject', () => {
  it('writes undefined as null, as the driver does', () => {
    const bytes = documentBytes(encodeObject({ a: undefined, b: Long.ONE }, room));
    expect(BSON.deserialize(bytes, { promoteLongs: false })).toEqual({ a: null, b: Long.ONE });
  });

  it.each<[string, () => object]>([
    ['a list', () => [1]],
    [
      'a circle',
      () => {
        const circle: Record<string, unknown> = {};
        circle['a'] = circle;
        return circle;
      },
    ],
    ['a name with NUL', () => ({ 'a\0b': 1 })],
    ['a value that is BSON of no version', () => ({ a: { _bsontype: 'Nothing' } })],
  ])('refuses %s', (_, make) => {
    expect(refusal(() => encodeObject(make(), room))).toMatchObject({ code: 'bad-object' });
  });

  it('refuses what is too large or too deep', () => {
    const large = { a: 'x'.repeat(20_000_000) };
    expect(refusal(() => encodeObject(large, room))).toMatchObject({ code: 'document-too-large' });
    let deep: object = { total: Decimal128.fromString('1') };
    for (let i = 0; i < 5000; i++) deep = { a: deep };
    expect(refusal(() => encodeObject(deep, room))).toMatchObject({ code: 'too-deep' });
  });
});
