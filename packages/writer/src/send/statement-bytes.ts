import { BSON } from 'mongodb';
import { conditionOf, DOCUMENT, updateOfPatch, type IdValue } from '../encode/bson-port.ts';
import type { Write } from '../gather/write-port.ts';

/** Keeps every type apart, so that what is asked for is what was named. */
const exactly = { promoteValues: false, promoteLongs: false, bsonRegExp: true };
const idName = Buffer.from('_id\0');
const letter = { q: 0x71, u: 0x75 } as const;
const upsertFlags = flags(true);
const updateFlags = flags(false);
const limitOne = Buffer.from(BSON.serialize({ limit: new BSON.Int32(1) })).subarray(4, -1);

/** `{_id}` as BSON. */
function selector({ type, value }: IdValue): Buffer {
  const out = Buffer.allocUnsafe(4 + 1 + idName.length + value.length + 1);
  out.writeInt32LE(out.length);
  out[4] = type;
  out.set(idName, 5);
  out.set(value, 5 + idName.length);
  out[out.length - 1] = 0;
  return out;
}

/** An `_id` as a value for a filter. */
export function idForFilterOf(id: IdValue): unknown {
  return BSON.deserialize(selector(id), exactly)['_id'];
}

/** Which document a statement is for. */
export type Target = 'by _id' | 'by _id and condition';

/** One entry of `updates`. A replacement goes in as the bytes it came as. */
export function updateStatement(write: Write, target: Target = 'by _id'): Uint8Array {
  const replacement = { type: DOCUMENT, value: write.document };
  const { type, value } = write.op === 'patch' ? updateOfPatch(write.document) : replacement;
  const query = selectorOf(write, target);
  const options = write.upsert ? upsertFlags : updateFlags;
  const out = Buffer.allocUnsafe(4 + 3 + query.length + 3 + value.length + options.length + 1);
  const update = putElement(out, putSelector(out, query), { type, name: letter.u, value });
  return putEnd(out, update, options);
}

/** One entry of `deletes`. */
export function deleteStatement(write: Write, target: Target = 'by _id'): Uint8Array {
  const query = selectorOf(write, target);
  const out = Buffer.allocUnsafe(4 + 3 + query.length + limitOne.length + 1);
  return putEnd(out, putSelector(out, query), limitOne);
}

function selectorOf(write: Write, target: Target): Uint8Array {
  const hasCondition = target === 'by _id and condition' && write.op !== 'replace';
  const condition = hasCondition ? conditionOf(write.document) : undefined;
  if (condition === undefined) return selector(write.id);
  return BSON.serialize({ $and: [{ _id: idForFilterOf(write.id) }, condition] });
}

function flags(upsert: boolean): Buffer {
  return Buffer.from(BSON.serialize({ upsert, multi: false })).subarray(4, -1);
}

/** An element whose name is one letter. */
interface Lettered {
  readonly type: number;
  readonly name: number;
  readonly value: Uint8Array;
}

/** @returns where the next element goes */
function putElement(out: Buffer, at: number, { type, name, value }: Lettered): number {
  out[at] = type;
  out[at + 1] = name;
  out[at + 2] = 0;
  out.set(value, at + 3);
  return at + 3 + value.length;
}

/** The first element of a statement. */
function putSelector(out: Buffer, value: Uint8Array): number {
  return putElement(out, 4, { type: DOCUMENT, name: letter.q, value });
}

/** The last elements, the end and the length. */
function putEnd(out: Buffer, at: number, elements: Uint8Array): Uint8Array {
  out.set(elements, at);
  out[out.length - 1] = 0;
  out.writeInt32LE(out.length);
  return out;
}
