import { BSON, Double, EJSON, Int32, Long } from 'bson';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeJson } from '../../src/encode/encode-json.ts';
import { documentBytes, placeId } from '../../src/encode/encoded-document.ts';
import { bsonDocument, fieldName } from './bson-arbitrary.ts';
import { jsonRefusal, jsonToBson } from './refusal.ts';

/** A JSON value as js-bson shall write it: whole number texts as int32, else int64. */
function byDigits(value: unknown): unknown {
  if (typeof value === 'number') {
    if (!/^-?\d+$/.test(JSON.stringify(value))) return new Double(value);
    return value === (value | 0) ? new Int32(value) : Long.fromNumber(value);
  }
  if (Array.isArray(value)) return value.map(byDigits);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, byDigits(each)]));
}

describe('encodeJson writes what js-bson writes', () => {
  it('from canonical Extended JSON over all types', () => {
    fc.assert(
      fc.property(bsonDocument, (document) => {
        const bytes = jsonToBson(EJSON.stringify(document, { relaxed: false }));
        expect(Buffer.compare(bytes, BSON.serialize(document))).toBe(0);
      }),
      { numRuns: 1000 },
    );
  });

  it('from plain JSON, compact or indented', () => {
    const json = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.string({ unit: 'binary' }),
        fc.boolean(),
        fc.constant(null),
        fc.maxSafeInteger(),
        fc.integer(),
        fc.double({ noNaN: true, noDefaultInfinity: true, max: 1e15, min: -1e15 }),
        fc.array(tie('value')),
        fc.dictionary(fieldName, tie('value')),
      ),
    })).value;
    fc.assert(
      fc.property(
        fc.dictionary(fieldName, json),
        fc.constantFrom(0, 2, '\t\r\n'),
        (value, space) => {
          const plain: unknown = JSON.parse(JSON.stringify(value));
          const bytes = jsonToBson(JSON.stringify(value, null, space));
          expect(bytes).toEqual(BSON.serialize(byDigits(plain) as object));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('and refuses or reads, never crashes, whatever is cut or changed', () => {
    const mutation = fc.tuple(bsonDocument, fc.nat(), fc.nat(255), fc.boolean());
    fc.assert(
      fc.property(mutation, ([document, position, byte, isCut]) => {
        const text = Buffer.from(EJSON.stringify({ ...document, z: 1 }, { relaxed: false }));
        const at = position % text.length;
        if (isCut) {
          expect(jsonRefusal(text.subarray(0, at))['status']).toBe(400);
          return;
        }
        text[at] = byte;
        try {
          BSON.deserialize(encodeJson(text, { reservedBytes: 0 }).buffer, { bsonRegExp: true });
        } catch (error) {
          expect(error).toHaveProperty('retry', 'never');
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('grammar', () => {
  it.each([
    ['', 0],
    ['  ', 2],
    ['[]', 0],
    ['1', 0],
    ['{}x', 2],
    ['{"a":1,}', 7],
    ['{"a":[1,]}', 8],
    ['{"a":[1 2]}', 8],
    ['{"a" 1}', 5],
    ['{a:1}', 1],
    ['{"a":tru}', 5],
    ['{"a":}', 5],
    ["{'a':1}", 1],
    ['{"a":1', 6],
    ['{"a":1 /*x*/}', 7],
    ['{"a":[}', 6],
  ])('refuses %j at byte %i', (text, offset) => {
    expect(jsonRefusal(text)).toMatchObject({ code: 'bad-json', retry: 'never', offset });
  });

  it('takes 100 levels, refuses 101 and survives a million', () => {
    const nested = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
    expect(jsonToBson(nested(100))).toBeInstanceOf(Uint8Array);
    expect(jsonRefusal(nested(101))).toMatchObject({ code: 'too-deep', maxDepth: 100 });
    expect(jsonRefusal(`{"a":${'['.repeat(1_000_000)}`)).toMatchObject({ code: 'too-deep' });
    const scopes = '{"a":{"$code":"","$scope":'.repeat(200_000);
    expect(jsonRefusal(scopes)).toMatchObject({ code: 'too-deep' });
  });
});

describe('field names', () => {
  it.each([
    ['{"$set":1}', '/$set'],
    ['{"__proto__":1}', '/__proto__'],
    ['{"a":{"__proto__":1}}', '/a/__proto__'],
    ['{"a":[{"b":1,"c":2,"b":3}]}', '/a/0/b'],
    ['{"a":1,"\\u0061":2}', '/a'],
    ['{"":1,"":2}', '/'],
    ['{"x~/y":{"$a":1,"$a":2}}', '/x~0~1y/$a'],
    ['{"b":{"a\\u0000b":1}}', '/b/a'],
  ])('refuses %s', (text, path) => {
    expect(jsonRefusal(text)).toMatchObject({ code: 'bad-field-name', status: 400, path });
  });

  it('finds a repeated name among few and among many', () => {
    const names = (count: number) => Array.from({ length: count }, (_, i) => `"field${i}":${i}`);
    for (const count of [2, 31, 32, 33, 34, 200]) {
      expect(jsonToBson(`{${names(count).join()}}`)).toBeInstanceOf(Uint8Array);
      for (const again of [0, count - 1]) {
        const text = `{"o":{${names(count).join()},"field${again}":0}}`;
        expect(jsonRefusal(text)).toMatchObject({ path: `/o/field${again}` });
      }
    }
  });

  it('takes the same many names again in the next object', () => {
    const fields = Array.from({ length: 40 }, (_, i) => `"field${i}":${i}`).join();
    expect(jsonToBson(`{"a":[{${fields}},{${fields}}]}`)).toBeInstanceOf(Uint8Array);
  });

  it('keeps "$" below the top, DBRefs and dots as MongoDB stores them', () => {
    const text = '{"a.b":1,"c":{"$ref":"x","$id":5},"d":{"$inc":{"$e":1}}}';
    const plain = {
      'a.b': 1,
      c: new Map<string, unknown>([
        ['$ref', 'x'],
        ['$id', 5],
      ]),
    };
    expect(jsonToBson(text)).toEqual(BSON.serialize({ ...plain, d: { $inc: { $e: 1 } } }));
  });
});

describe('_id', () => {
  it('comes first wherever it stood, with its value told apart', () => {
    for (const text of [
      '{"_id":"x","a":1,"b":2}',
      '{"a":1,"_id":"x","b":2}',
      '{"a":1,"b":2,"_id":"x"}',
    ]) {
      const document = encodeJson(Buffer.from(text), { reservedBytes: 26 });
      expect(Object.keys(BSON.deserialize(documentBytes(document)))[0]).toBe('_id');
      expect(BSON.deserialize(documentBytes(document))).toEqual({ _id: 'x', a: 1, b: 2 });
      expect(document.buffer.length).toBe(26 + documentBytes(document).length);
      expect(document.id?.type).toBe(2);
      expect(Buffer.from(document.id?.value ?? []).toString('latin1')).toBe('\x02\0\0\0x\0');
    }
  });

  it('is put into the room that was kept', () => {
    const document = encodeJson(Buffer.from('{"a":{"_id":1}}'), { reservedBytes: 9 });
    expect(document.id).toBeUndefined();
    const bytes = placeId(document, Buffer.from('\x10_id\0\x07\0\0\0', 'latin1'));
    expect(BSON.deserialize(bytes)).toEqual({ _id: 7, a: { _id: 1 } });
    expect(bytes.buffer).toBe(document.buffer.buffer);
  });

  it.each(['[1]', '{"$regularExpression":{"pattern":"","options":""}}', '{"$undefined":true}'])(
    'may not be %s',
    (value) => {
      expect(jsonRefusal(`{"a":1,"_id":${value}}`)).toMatchObject({ code: 'bad-id', path: '/_id' });
    },
  );
});

describe('size', () => {
  it('counts the BSON with an _id still to be made', () => {
    const text = `{"a":"${'x'.repeat(100)}"}`;
    const bytes = jsonToBson(text).length;
    const encode = (maxDocumentBytes: number, reservedBytes: number) => () =>
      encodeJson(Buffer.from(text), { reservedBytes, maxDocumentBytes });
    expect(encode(bytes + 26, 26)().buffer.length).toBe(bytes + 26);
    expect(encode(bytes + 25, 26)).toThrow(expect.objectContaining({ code: 'document-too-large' }));
    expect(jsonRefusal(text, { maxDocumentBytes: bytes - 1 })).toMatchObject({
      status: 413,
      bytes,
    });
  });

  it('takes 16 MiB and no byte more', () => {
    const text = (length: number) => `{"a":"${'x'.repeat(length)}"}`;
    const most = 16 * 1024 * 1024 - 13;
    const bytes = jsonToBson(text(most));
    expect(bytes.length).toBe(16 * 1024 * 1024);
    expect(Buffer.compare(bytes, BSON.serialize({ a: 'x'.repeat(most) }))).toBe(0);
    expect(jsonRefusal(text(most + 1))).toMatchObject({ code: 'document-too-large' });
  });

  it('gives up on a document that grows far too large, long before its end', () => {
    const { code, bytes } = jsonRefusal(`{"a":[${'1,'.repeat(4_000_000)}1]}`);
    expect(code).toBe('document-too-large');
    expect(bytes).toBeLessThan(32 * 1024 * 1024);
  });

  it('makes room where BSON takes many times the text', () => {
    for (const count of [3000, 30_000, 300_000]) {
      const bytes = jsonToBson(`{"a":[${'1,'.repeat(count)}[]]}`);
      const a = [...new Array<number>(count).fill(1), []];
      expect(Buffer.compare(bytes, BSON.serialize({ a }))).toBe(0);
    }
  });

  it('leaves a result alone when the next document is read', () => {
    const first = jsonToBson('{"a":"first"}');
    const copy = Buffer.from(first);
    for (let i = 0; i < 100; i++) jsonToBson(`{"b":"${'x'.repeat(i * 100)}"}`);
    expect(Buffer.compare(first, copy)).toBe(0);
  });
});
