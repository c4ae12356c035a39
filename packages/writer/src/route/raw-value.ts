import { readInt32, element } from '../encode/raw-value-port.ts';

/** A value where it stands in BSON that is known to be right; the hot path uses one again and again. */
export interface RawValue {
  /** BSON type byte. */
  type: number;
  bytes: Uint8Array;
  /** Offset of the value in the bytes. */
  at: number;
}

/** What a document without the field has for its shard key. */
export const nullValue: RawValue = { type: element.NULL, bytes: new Uint8Array(), at: 0 };

/**
 * MongoDB's canonical type by type byte: values of different ones are ordered by it, and it begins
 * what is hashed (src/mongo/bson/bsontypes.h, `canonicalizeBSONType`).
 */
export function canonicalType(type: number): number {
  return canonicalTypes[type] as number;
}

const canonicalTypes = new Int8Array(256);
canonicalTypes[element.MIN_KEY] = -1;
canonicalTypes[element.UNDEFINED] = 0;
canonicalTypes[element.NULL] = 5;
canonicalTypes[element.INT32] = 10;
canonicalTypes[element.INT64] = 10;
canonicalTypes[element.DOUBLE] = 10;
canonicalTypes[element.DECIMAL128] = 10;
canonicalTypes[element.STRING] = 15;
canonicalTypes[element.SYMBOL] = 15;
canonicalTypes[element.DOCUMENT] = 20;
canonicalTypes[element.ARRAY] = 25;
canonicalTypes[element.BINARY] = 30;
canonicalTypes[element.OBJECT_ID] = 35;
canonicalTypes[element.BOOLEAN] = 40;
canonicalTypes[element.DATE] = 45;
canonicalTypes[element.TIMESTAMP] = 47;
canonicalTypes[element.REGEX] = 50;
canonicalTypes[element.DB_POINTER] = 55;
canonicalTypes[element.CODE] = 60;
canonicalTypes[element.CODE_WITH_SCOPE] = 65;
canonicalTypes[element.MAX_KEY] = 127;

/** The int64 at `at`. */
export function readInt64(bytes: Uint8Array, at: number): bigint {
  return (BigInt(readInt32(bytes, at + 4)) << 32n) | BigInt(readInt32(bytes, at) >>> 0);
}

const eightBytes = new Uint8Array(8);
const eightBytesView = new DataView(eightBytes.buffer);

/** The double at `at`. */
export function readDouble(bytes: Uint8Array, at: number): number {
  for (let i = 0; i < 8; i += 1) eightBytes[i] = bytes[at + i] as number;
  return eightBytesView.getFloat64(0, true);
}
