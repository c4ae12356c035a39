import { BSON, Int32, Long, ObjectId, UUID } from 'bson';
import { expect, it } from 'vitest';
import { encodeJson } from '../../src/encode/encode-json.ts';
import { encodeObject } from '../../src/encode/encode-object.ts';
import { documentBytes, placeId } from '../../src/encode/encoded-document.ts';
import { idForFilter, idOfDocument } from '../../src/encode/id-of-document.ts';
import {
  idElement,
  madeIdBytes,
  makeIdElement,
  parseIdText,
  type IdType,
} from '../../src/encode/id-value.ts';
import { refusal } from './refusal.ts';

const UUID_TEXT = '00112233-4455-6677-8899-aabbccddeeff';
const uuid = new UUID(UUID_TEXT);
const OID = '00112233445566778899aabb';

it.each<[IdType, string, unknown]>([
  ['uuid', UUID_TEXT.toUpperCase(), uuid],
  ['string', 'ä 1', 'ä 1'],
  ['objectId', OID, new ObjectId(OID)],
  ['int', '-2147483648', new Int32(-2147483648)],
  ['long', '9223372036854775807', Long.MAX_VALUE],
  ['long', '1', Long.ONE],
])('%s reads %s', (idType, text, value) => {
  const element = BSON.serialize({ _id: value }).slice(4, -1);
  expect(Buffer.compare(idElement(parseIdText(text, idType)), element)).toBe(0);
});

it.each<[IdType, string]>([
  ['uuid', 'abc'],
  ['uuid', `${UUID_TEXT}0`],
  ['string', '\ud800'],
  ['objectId', `${OID}0`],
  ['objectId', 'x'.repeat(24)],
  ['int', '2147483648'],
  ['int', '1.0'],
  ['int', '01'],
  ['long', '9223372036854775808'],
  ['long', ''],
])('%s refuses %j', (idType, text) => {
  expect(refusal(() => parseIdText(text, idType))).toMatchObject({ code: 'bad-id', status: 400 });
});

it.each<[IdType, unknown]>([
  ['uuid', uuid],
  ['string', UUID_TEXT],
  ['objectId', new ObjectId(OID)],
])('a missing _id of type %s is made and placed', (idType, value) => {
  const document = encodeJson(Buffer.from('{"a":1}'), { reservedBytes: madeIdBytes(idType) });
  const bytes = placeId(document, makeIdElement(idType, uuid.buffer));
  expect(Buffer.compare(bytes, BSON.serialize({ _id: value, a: 1 }))).toBe(0);
});

it('is found in a document as it was encoded', () => {
  for (const value of [
    uuid,
    UUID_TEXT,
    new ObjectId(OID),
    new Int32(1),
    { a: [new Int32(1)] },
    null,
  ]) {
    const document = encodeObject({ a: 'x', _id: value, b: 1 }, { reservedBytes: 26 });
    expect(idOfDocument(documentBytes(document))).toEqual(document.id);
    expect(idForFilter(documentBytes(document))).toEqual(value);
  }
  expect(refusal(() => idOfDocument(BSON.serialize({ a: 1 })))).toMatchObject({ code: 'bad-id' });
});

it('none is made of a number type, and none is placed that does not fit', () => {
  for (const idType of ['int', 'long'] as const) {
    expect(madeIdBytes(idType)).toBe(0);
    expect(refusal(() => makeIdElement(idType, uuid.buffer))).toMatchObject({ code: 'bad-id' });
  }
  const document = encodeJson(Buffer.from('{"a":1}'), { reservedBytes: 17 });
  expect(refusal(() => placeId(document, makeIdElement('uuid', uuid.buffer)))).toMatchObject({
    code: 'bad-id',
  });
});
