import { BSON, type Document } from 'bson';
import { ARRAY } from '../element-type.ts';
import { writerErrors } from '../../errors.ts';
import { fieldsOf, type BsonField } from './bson-fields.ts';
import { mergePipeline } from './merge-pipeline.ts';

/** Keeps every type apart, so that what is asked for is what was encoded. */
const exactly = { promoteValues: false, promoteLongs: false, bsonRegExp: true };

/**
 * The field `u` of a patch's update statement: an update pipeline for a merge patch, else operators
 * byte by byte as they came.
 * @param document `{_id, merge | update, if}`
 */
export function updateOfPatch(document: Uint8Array): BsonField {
  for (const { name, type, value } of fieldsOf(document)) {
    if (name === 'merge') return { name: 'u', type: ARRAY, value: mergePipeline(value) };
    if (name === 'update') return { name: 'u', type, value };
  }
  throw writerErrors.create('bad-patch', { path: '/', reason: 'it says nothing to do' });
}

/** A condition as the driver is given it. */
export function conditionObject(condition: Uint8Array): Document {
  return BSON.deserialize(condition, exactly);
}

/** The condition of a patch or delete, as a match beside its `_id`; undefined without one. */
export function conditionOf(document: Uint8Array): Document | undefined {
  for (const { name, value } of fieldsOf(document)) {
    if (name === 'if') return conditionObject(value);
  }
  return undefined;
}
