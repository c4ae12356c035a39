import type { Document } from 'bson';
import { writerErrors } from '../../errors.ts';
import type { Change } from '../../writer-port.ts';
import { DOCUMENT } from '../element-type.ts';
import { encodeObject } from '../encode-object.ts';
import { documentBytes, type IdValue } from '../encoded-document.ts';
import { fieldsOf, isOperators } from './bson-fields.ts';
import {
  deleteChange,
  mergeChange,
  replaceChange,
  roomForId,
  updateChange,
  type EncodedTarget,
} from './compose-change.ts';

/** A change as a library caller says it. */
export type ObjectChange =
  | { readonly op: 'replace'; readonly document: Document }
  | { readonly op: 'update'; readonly update: Document }
  | { readonly op: 'patch'; readonly patch: Document }
  | { readonly op: 'delete' };

/**
 * Encodes a change from objects: values as the driver would write them, except that an undefined
 * field of a merge patch is left out, where null would remove it.
 * Throws `bad-object`, what `encodeBson` throws, `bad-patch`, `bad-condition` and `id-change`.
 * @param filter the `_id`, and conditions on other fields
 */
export function changeOfObject(filter: Document, change: ObjectChange, upsert = false): Change {
  const target = { ...targetOf(filter), upsert };
  switch (change.op) {
    case 'replace': {
      const reservedBytes = roomForId(target.id);
      return replaceChange(encodeObject(change.document, { reservedBytes }), target);
    }
    case 'update':
      return updateChange(encodeInside(change.update), target);
    case 'patch': {
      const options = { reservedBytes: 0, ignoreUndefined: true };
      return mergeChange(encodeObject(change.patch, options), target);
    }
    case 'delete':
      return deleteChange(target);
  }
}

function targetOf(filter: Document): EncodedTarget {
  const { _id, ...condition } = filter;
  const id = idOf(_id);
  return Object.keys(condition).length === 0 ? { id } : { id, condition: encodeInside(condition) };
}

function idOf(value: unknown): IdValue {
  if (value === undefined) {
    throw badId('the filter names none; changes of many documents are not offered');
  }
  const { id } = encodeObject({ _id: value }, { reservedBytes: 0 });
  if (id === undefined) throw badId('it can not be written as BSON');
  if (isOperators({ name: '_id', ...id })) {
    throw badId('operators on it are not offered, nor changes of many documents');
  }
  return id;
}

function badId(reason: string): Error {
  return writerErrors.create('bad-id', { path: '/_id', reason });
}

/** Encodes an object whose own names may begin with "$". */
function encodeInside(object: Document): Uint8Array {
  const [field] = fieldsOf(documentBytes(encodeObject({ in: object }, { reservedBytes: 0 })));
  if (field?.type === DOCUMENT) return field.value;
  throw writerErrors.create('bad-object', { reason: 'an object of fields is expected' });
}
