import { BSON, EJSON } from 'bson';
import type { IdType } from '../configuration-port.ts';

/** How the `_id` of a document reads in an answer and in a path. */
export interface IdTexts {
  /** A JSON value: text for UUID, ObjectId and string, digits for numbers, else Extended JSON. */
  readonly json: string;
  /** As `{id}` of a path takes it; undefined when the `_id` is not of the collection's `idType`. */
  readonly path: string | undefined;
}

const STRING = 0x02;
const BINARY = 0x05;
const OBJECT_ID = 0x07;
const INT32 = 0x10;
const INT64 = 0x12;
const UUID_SUBTYPE = 4;
/** Length of the document, then the type byte, `_id` and its NUL. */
const TYPE_AT = 4;
const VALUE_AT = 9;

/** Reads the `_id` from the front of an encoded document. */
export function idTexts(document: Uint8Array, idType: IdType): IdTexts {
  const bytes = Buffer.from(document.buffer, document.byteOffset, document.length);
  const type = bytes[TYPE_AT];
  if (type === BINARY && bytes[VALUE_AT + 4] === UUID_SUBTYPE && bytes[VALUE_AT] === 16) {
    return texts(uuidText(bytes, VALUE_AT + 5), idType === 'uuid');
  }
  if (type === OBJECT_ID) {
    return texts(bytes.toString('hex', VALUE_AT, VALUE_AT + 12), idType === 'objectId');
  }
  if (type === STRING) {
    const end = VALUE_AT + 4 + bytes.readInt32LE(VALUE_AT) - 1;
    return texts(bytes.toString('utf8', VALUE_AT + 4, end), idType === 'string');
  }
  const isNumber = idType === 'int' || idType === 'long';
  if (type === INT32) return digits(String(bytes.readInt32LE(VALUE_AT)), isNumber);
  if (type === INT64) return digits(String(bytes.readBigInt64LE(VALUE_AT)), isNumber);
  return { json: extendedJson(bytes), path: undefined };
}

function texts(text: string, isOfType: boolean): IdTexts {
  return {
    json: JSON.stringify(text),
    path: isOfType ? encodeURIComponent(text) : undefined,
  };
}

function digits(text: string, isOfType: boolean): IdTexts {
  return { json: text, path: isOfType ? text : undefined };
}

function extendedJson(document: Buffer): string {
  const { _id } = BSON.deserialize(document, { promoteValues: false, promoteLongs: false });
  return EJSON.stringify(_id as object, { relaxed: true });
}

function uuidText(bytes: Buffer, at: number): string {
  const hex = bytes.toString('hex', at, at + 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
