import { BSON } from 'bson';
import { element, readInt32, valueEnd } from '../encode/raw-value-port.ts';
import { wholeNumberOf } from './hashed-number.ts';
import { MD5_PADDING_BYTES, md5Half } from './md5.ts';
import { canonicalType, readInt64, type RawValue } from './raw-value.ts';

const SEED = 0;
/** Seed and canonical type, before the value. */
const HEAD_BYTES = 8;
const SCRATCH_BYTES = 512;
const scratch = Buffer.alloc(SCRATCH_BYTES);
/** Where the value of the only field stands, behind length, type byte and a name of one letter. */
const ONLY_TYPE_AT = 4;
const ONLY_VALUE_AT = 7;

/**
 * The hash MongoDB gives a value in a hashed index and so in a hashed shard key: the first 8 bytes of
 * MD5 over seed 0, canonical type and value, as a signed number, least significant byte first
 * (src/mongo/db/hasher.cpp, `BSONElementHasher::hash64`). A missing field hashes as null.
 * @param value anything the driver can store; undefined is what a missing field has, null
 * @throws BSONError when the value can not be stored
 */
export function hashShardKeyValue(value: unknown): bigint {
  const bytes = BSON.serialize({ v: value }, { ignoreUndefined: false });
  const type = bytes[ONLY_TYPE_AT] as number;
  return readInt64(hashRawValue({ type, bytes, at: ONLY_VALUE_AT }), 0);
}

/**
 * The same of a value where it stands in BSON.
 * @param into 8 bytes
 * @returns `into`, with the hash as BSON writes an int64
 */
export function hashRawValue(value: RawValue, into: Buffer = Buffer.allocUnsafe(8)): Buffer {
  const { type, bytes, at } = value;
  const size = valueEnd(bytes, type, at) - at;
  // An element grows most when it is null: from 2 bytes to 5.
  const room = HEAD_BYTES + 3 * size + MD5_PADDING_BYTES;
  const input = room <= SCRATCH_BYTES ? scratch : Buffer.allocUnsafe(room);
  input.writeInt32LE(SEED, 0);
  input.writeInt32LE(canonicalType(type), 4);
  const end = putContent(input, HEAD_BYTES, value);
  return md5Half(input, end, into);
}

/** Writes what is hashed of a value behind its canonical type; gives the end. */
function putContent(input: Buffer, to: number, value: RawValue): number {
  const { type, bytes, at } = value;
  switch (type) {
    case element.INT32:
      input.writeInt32LE((bytes[at + 3] as number) >= 0x80 ? -1 : 0, to + 4);
      return putBytes(input, to, bytes.subarray(at, at + 4)) + 4;
    case element.INT64:
    case element.DOUBLE:
    case element.DECIMAL128:
      return input.writeBigInt64LE(wholeNumberOf(value), to);
    case element.DOCUMENT:
    case element.ARRAY:
      return putFields(input, to, value);
    case element.CODE_WITH_SCOPE: {
      const codeAt = at + 8;
      const scopeAt = codeAt + readInt32(bytes, at + 4);
      const scopeTo = putBytes(input, to, bytes.subarray(codeAt, scopeAt));
      return putFields(input, scopeTo, { type: element.DOCUMENT, bytes, at: scopeAt });
    }
    default:
      return putBytes(input, to, bytes.subarray(at, valueEnd(bytes, type, at)));
  }
}

/** Each field as canonical type, name and content; then the end, whose type is 0. */
function putFields(input: Buffer, start: number, { bytes, at }: RawValue): number {
  const end = at + readInt32(bytes, at) - 1;
  let to = start;
  for (let next = at + 4; next < end;) {
    const type = bytes[next] as number;
    const valueAt = bytes.indexOf(0, next + 1) + 1;
    to = input.writeInt32LE(canonicalType(type), to);
    to = putBytes(input, to, bytes.subarray(next + 1, valueAt));
    to = putContent(input, to, { type, bytes, at: valueAt });
    next = valueEnd(bytes, type, valueAt);
  }
  return input.writeInt32LE(0, to);
}

function putBytes(input: Buffer, to: number, bytes: Uint8Array): number {
  input.set(bytes, to);
  return to + bytes.length;
}
