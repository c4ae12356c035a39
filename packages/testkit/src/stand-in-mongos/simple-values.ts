import { createHash } from 'node:crypto';
import { Binary, BSON, Long, MaxKey, MinKey, ObjectId, type Document } from 'mongodb';
import { testkitErrors } from '../errors.ts';

// How mongos orders and hashes the values that tests use in shard keys. Written for this stand-in
// alone, on decoded values, so that a mistake of the writer's own routing is not made here again.

/** @throws stand-in-limit for types that no test uses in a shard key */
export function compareSimple(one: unknown, other: unknown): number {
  const [rank, otherRank] = [rankOf(one), rankOf(other)];
  if (rank !== otherRank) return rank - otherRank;
  const [left, right] = [plain(one), plain(other)];
  if (left instanceof Uint8Array && right instanceof Uint8Array) {
    return left.length - right.length || Buffer.compare(left, right);
  }
  const [less, more] = [left as number, right as number];
  return less < more ? -1 : Number(less > more);
}

/** Of a value in a hashed shard key. */
export function hashSimple(value: unknown): Long {
  const type = Buffer.alloc(8); // the seed, 0, then the type
  type.writeInt32LE(rankOf(value), 4);
  const digest = createHash('md5').update(type).update(contentOf(value)).digest();
  return Long.fromBytesLE([...digest.subarray(0, 8)]);
}

function contentOf(value: unknown): Uint8Array {
  const number = plain(value);
  if (typeof number !== 'number' && typeof number !== 'bigint') {
    const bytes = BSON.serialize({ v: value ?? null });
    return bytes.subarray(7, -1);
  }
  const whole = Buffer.alloc(8);
  whole.writeBigInt64LE(BigInt(typeof number === 'number' ? Math.trunc(number) : number));
  return whole;
}

/** A value of a document by its dotted path; undefined where it is missing. */
export function valueAt(document: Document, path: string): unknown {
  let value: unknown = document;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Document)[name];
  }
  return value;
}

/** MongoDB's number of a type, which orders values of different ones. */
function rankOf(value: unknown): number {
  if (value instanceof MinKey) return -1;
  if (value instanceof MaxKey) return 127;
  if (value === null || value === undefined) return 5;
  if (typeof value === 'number' || typeof value === 'bigint' || value instanceof Long) return 10;
  if (typeof value === 'string') return 15;
  if (value instanceof Binary) return 30;
  if (value instanceof ObjectId) return 35;
  if (typeof value === 'boolean') return 40;
  if (value instanceof Date) return 45;
  const what = `it can not order ${Object.prototype.toString.call(value)} in a shard key`;
  throw testkitErrors.create('stand-in-limit', { what });
}

/** What JavaScript orders as MongoDB does within one type; text by its UTF-8. */
function plain(value: unknown): unknown {
  if (value instanceof Long) return value.toBigInt();
  if (typeof value === 'string') return Buffer.from(value).toString('latin1');
  if (value instanceof ObjectId) return value.id;
  if (value instanceof Binary) return value.value();
  return value;
}
