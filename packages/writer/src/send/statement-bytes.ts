import { BSON } from 'mongodb';
import { conditionOf, updateOfPatch, type BsonField, type IdValue } from '../encode/bson-port.ts';
import type { Write } from '../gather/write-port.ts';

/** Keeps every type apart, so that what is asked for is what was named. */
const exactly = { promoteValues: false, promoteLongs: false, bsonRegExp: true };
const idName = Buffer.from('_id\0');
const documentType = 3;
const upsertFlags = flags(true);
const updateFlags = flags(false);
const limitOne = Buffer.from(BSON.serialize({ limit: new BSON.Int32(1) })).subarray(4, -1);

/** `{_id}` as BSON. */
function selector(id: IdValue): Buffer {
  return document([Buffer.from([id.type]), idName, id.value]);
}

/** An `_id` as a value for a filter. */
export function idForFilterOf(id: IdValue): unknown {
  return BSON.deserialize(selector(id), exactly)['_id'];
}

/** Which document a statement is for. */
export type Target = 'by _id' | 'by _id and condition';

/** One entry of `updates`. A replacement goes in as the bytes it came as. */
export function updateStatement(write: Write, target: Target = 'by _id'): Uint8Array {
  return document([
    ...embedded('q', selectorOf(write, target)),
    ...(write.op === 'patch'
      ? element(updateOfPatch(write.document))
      : embedded('u', write.document)),
    write.upsert ? upsertFlags : updateFlags,
  ]);
}

/** One entry of `deletes`. */
export function deleteStatement(write: Write, target: Target = 'by _id'): Uint8Array {
  return document([...embedded('q', selectorOf(write, target)), limitOne]);
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

function embedded(name: string, value: Uint8Array): Uint8Array[] {
  return element({ name, type: documentType, value });
}

function element({ name, type, value }: BsonField): Uint8Array[] {
  return [Buffer.from([type]), Buffer.from(`${name}\0`), value];
}

function document(elements: readonly Uint8Array[]): Buffer {
  const length = elements.reduce((sum, { length }) => sum + length, 4 + 1);
  const head = Buffer.allocUnsafe(4);
  head.writeInt32LE(length);
  return Buffer.concat([head, ...elements, Buffer.alloc(1)], length);
}
