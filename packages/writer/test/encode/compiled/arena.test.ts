import { BSON } from 'bson';
import { describe, expect, it } from 'vitest';
import { Arena } from '../../../src/encode/compiled/arena.ts';
import { compileEncoder } from '../../../src/encode/compiled/compile-encoder.ts';
import { documentBytes, placeId } from '../../../src/encode/encoded-document.ts';
import { madeIdBytes, makeIdElement } from '../../../src/encode/id-value.ts';
import { refusal } from '../refusal.ts';
import { bothEncoders, compiledOutcome, generalOutcome } from './both-encoders.ts';

const schema = { bsonType: 'object', properties: { a: { bsonType: 'string' } } };
const room = { reservedBytes: madeIdBytes('objectId') };
const joined = (arena: Arena): Buffer => Buffer.concat(arena.sections());

describe('an arena', () => {
  it('holds the documents of a group one behind the other, over all its chunks', () => {
    const arena = new Arena({ firstBytes: 1_000 });
    const encoder = compileEncoder(schema, { reservedBytes: 0 });
    const documents = Array.from({ length: 500 }, (_, i) => ({ _id: i, a: 'x'.repeat(i) }));
    for (const [i, document] of documents.entries()) {
      expect(encoder.encode(document, arena)).toBe(i);
    }
    const serialized = documents.map((document) => BSON.serialize(document));
    expect(arena.count).toBe(500);
    expect(joined(arena).equals(Buffer.concat(serialized))).toBe(true);
    expect(arena.usedBytes).toBe(joined(arena).length);
    for (const [i, bytes] of serialized.entries()) {
      expect(Buffer.compare(documentBytes(arena.document(i)), bytes)).toBe(0);
    }
  });

  it('keeps room for a missing _id, which completes the section', () => {
    const arena = new Arena();
    const encoder = compileEncoder(schema, room);
    const uuid = Buffer.from('00112233445566778899aabbccddeeff', 'hex');
    encoder.encode({ a: 'first' }, arena);
    encoder.encode({ a: 'second', _id: 'own' }, arena);
    placeId(arena.document(0), makeIdElement('objectId', uuid));
    const made = new BSON.ObjectId(uuid.subarray(0, 12));
    const expected = [
      { _id: made, a: 'first' },
      { _id: 'own', a: 'second' },
    ];
    expect(joined(arena)).toEqual(Buffer.concat(expected.map((one) => BSON.serialize(one))));
    expect(arena.document(1)).toMatchObject({ reservedBytes: 0, id: { type: 2 } });
    expect(arena.document(0).id).toBeUndefined();
  });

  it('stays as it was when a document is refused', () => {
    const arena = new Arena();
    const encoder = compileEncoder(schema, room);
    encoder.encode({ _id: 1, a: 'x' }, arena);
    for (const document of [{ $a: 1 }, { a: 'x', _id: [1] }, { a: 'x'.repeat(17_000_000) }]) {
      refusal(() => encoder.encode(document, arena));
    }
    encoder.encode({ _id: 2, a: 'y' }, arena);
    const expected = [
      { _id: 1, a: 'x' },
      { _id: 2, a: 'y' },
    ];
    expect(joined(arena)).toEqual(Buffer.concat(expected.map((one) => BSON.serialize(one))));
  });

  it('lets go of what one large group needed, and is used again', () => {
    const arena = new Arena({ firstBytes: 1_000, keepBytes: 10_000 });
    const encoder = compileEncoder(schema, { reservedBytes: 0 });
    for (let i = 0; i < 50; i++) encoder.encode({ _id: i, a: 'x'.repeat(1_000) }, arena);
    arena.clear();
    expect({ count: arena.count, used: arena.usedBytes }).toEqual({ count: 0, used: 0 });
    expect(arena.bytes.length).toBeLessThanOrEqual(10_000);
    encoder.encode({ _id: 1, a: 'again' }, arena);
    expect(joined(arena)).toEqual(Buffer.from(BSON.serialize({ _id: 1, a: 'again' })));
  });
});

describe('limits', () => {
  it.each([
    ['just 16 MiB', 16 * 1024 * 1024 - 22],
    ['a byte more', 16 * 1024 * 1024 - 21],
  ])('a document of %s is treated as the general encoder treats it', (_, length) => {
    const document = { _id: 1, a: 'x'.repeat(length) };
    for (const encoder of bothEncoders(schema)) {
      const [one, other] = [compiledOutcome(encoder, document), generalOutcome(document)];
      expect(JSON.stringify(one) === JSON.stringify(other)).toBe(true);
      expect('refused' in one).toBe(length > 16 * 1024 * 1024 - 22);
    }
  });

  it('grows for long arrays and refuses those that are too long', () => {
    const lists = { properties: { list: { bsonType: 'array', items: { bsonType: 'int' } } } };
    for (const encoder of bothEncoders(lists)) {
      for (const length of [20_000, 2_000_000]) {
        const document = { list: new Array<number>(length).fill(7) };
        const [one, other] = [compiledOutcome(encoder, document), generalOutcome(document)];
        expect(JSON.stringify(one) === JSON.stringify(other)).toBe(true);
      }
    }
  });

  it('writes nothing by itself when prototypes were tampered with', () => {
    const encoders = bothEncoders(schema);
    const everywhere = { value: 1, enumerable: true, configurable: true, writable: true };
    Object.defineProperty(Object.prototype, 'a', everywhere);
    const outcomes = encoders.map((encoder) => compiledOutcome(encoder, {}));
    Reflect.deleteProperty(Object.prototype, 'a');
    for (const [i, encoder] of encoders.entries()) {
      expect(outcomes[i]).toEqual(generalOutcome({}));
      expect(encoder.fallBacks.byReason['other document']).toBe(1);
    }
  });
});
