import { writerErrors } from '../errors.ts';
import { BINARY, INT32, INT64, OBJECT_ID, STRING, UUID_SUBTYPE } from './element-type.ts';
import type { IdValue } from './encoded-document.ts';
import { putHex, readUuid } from './hex-text.ts';

/** What the `_id`s of a collection are: how `/{id}` is read and how a missing one is made. */
export type IdType = 'uuid' | 'string' | 'objectId' | 'int' | 'long';

const NAME = Buffer.from('_id\0');
const UUID_BYTES = 16;
const OBJECT_ID_BYTES = 12;
const UUID_TEXT_BYTES = 36;
const LONE_SURROGATE = /\p{Surrogate}/u;

const EXPECTED: Readonly<Record<IdType, string>> = {
  uuid: 'a UUID such as 00112233-4455-6677-8899-aabbccddeeff',
  string: 'text',
  objectId: '24 hexadecimal digits',
  int: 'a whole number of 32 bits',
  long: 'a whole number of 64 bits',
};

/** The whole element `_id` with this value: type byte, name, value. */
export function idElement(id: IdValue): Uint8Array {
  const element = Buffer.allocUnsafe(1 + NAME.length + id.value.length);
  element[0] = id.type;
  element.set(NAME, 1);
  element.set(id.value, 1 + NAME.length);
  return element;
}

/**
 * Reads an `_id` from a path, as the collection's id type says. `int` and `long` both find a number
 * of any numeric type, as MongoDB compares numbers by value. Throws `bad-id`.
 */
export function parseIdText(text: string, idType: IdType): IdValue {
  const id = readIdText(text, idType);
  if (id !== undefined) return id;
  const reason = `this collection's ids are of type ${idType}; ${EXPECTED[idType]} is expected`;
  throw writerErrors.create('bad-id', { path: '/_id', reason });
}

function readIdText(text: string, idType: IdType): IdValue | undefined {
  switch (idType) {
    case 'string':
      return LONE_SURROGATE.test(text) ? undefined : stringValue(text);
    case 'uuid': {
      const bytes = Buffer.from(text, 'utf8');
      const uuid = readUuid(bytes, 0, bytes.length);
      return uuid === undefined ? undefined : uuidValue(uuid);
    }
    case 'objectId': {
      const bytes = Buffer.from(text, 'utf8');
      const value = new Uint8Array(OBJECT_ID_BYTES);
      const isRead =
        bytes.length === 24 && putHex(value, 0, { bytes, start: 0, count: OBJECT_ID_BYTES });
      return isRead ? { type: OBJECT_ID, value } : undefined;
    }
    case 'int':
    case 'long':
      return integerValue(text, idType);
  }
}

function integerValue(text: string, idType: 'int' | 'long'): IdValue | undefined {
  if (!/^-?(?:0|[1-9]\d{0,18})$/.test(text)) return undefined;
  const number = BigInt(text);
  const isInt = idType === 'int';
  if (BigInt.asIntN(isInt ? 32 : 64, number) !== number) return undefined;
  const value = Buffer.alloc(isInt ? 4 : 8);
  if (isInt) value.writeInt32LE(Number(number));
  else value.writeBigInt64LE(number);
  return { type: isInt ? INT32 : INT64, value };
}

/** Bytes of the element `makeIdElement` makes; 0 where a missing `_id` can not be made. */
export function madeIdBytes(idType: IdType): number {
  const head = 1 + NAME.length;
  if (idType === 'uuid') return head + 5 + UUID_BYTES;
  if (idType === 'string') return head + 4 + UUID_TEXT_BYTES + 1;
  return idType === 'objectId' ? head + OBJECT_ID_BYTES : 0;
}

/**
 * Makes the element of a missing `_id` from the 16 bytes of a UUID: `uuid` stores it as it is,
 * `string` its text, `objectId` its first 12 bytes. Throws `bad-id` for `int` and `long`, of which
 * none can be made.
 */
export function makeIdElement(idType: IdType, uuid: Uint8Array): Uint8Array {
  return idElement(madeId(idType, uuid));
}

function madeId(idType: IdType, uuid: Uint8Array): IdValue {
  switch (idType) {
    case 'uuid':
      return uuidValue(uuid);
    case 'string':
      return stringValue(uuidText(uuid));
    case 'objectId':
      return { type: OBJECT_ID, value: uuid.subarray(0, OBJECT_ID_BYTES) };
    case 'int':
    case 'long': {
      const reason = `this collection's ids are of type ${idType}, which are not made; send one`;
      throw writerErrors.create('bad-id', { path: '/_id', reason });
    }
  }
}

const DIGITS = Buffer.from('0123456789abcdef');
/** Where a text is put together; its dashes stay. */
const uuidDraft = Buffer.from('00000000-0000-0000-0000-000000000000');

/** The usual text of a UUID's 16 bytes. Made once for every write, so digit by digit. */
export function uuidText(uuid: Uint8Array): string {
  let at = 0;
  for (let i = 0; i < UUID_BYTES; i += 1) {
    if (i === 4 || i === 6 || i === 8 || i === 10) at += 1;
    const byte = uuid[i] ?? 0;
    uuidDraft[at] = DIGITS[byte >> 4] ?? 0;
    uuidDraft[at + 1] = DIGITS[byte & 15] ?? 0;
    at += 2;
  }
  return uuidDraft.toString('latin1');
}

function stringValue(text: string): IdValue {
  const length = Buffer.byteLength(text);
  const value = Buffer.allocUnsafe(4 + length + 1);
  value.writeInt32LE(length + 1, 0);
  value.write(text, 4);
  value[4 + length] = 0;
  return { type: STRING, value };
}

function uuidValue(uuid: Uint8Array): IdValue {
  const value = Buffer.allocUnsafe(5 + UUID_BYTES);
  value.writeInt32LE(UUID_BYTES, 0);
  value[4] = UUID_SUBTYPE;
  value.set(uuid, 5);
  return { type: BINARY, value };
}
