import type { FieldType, IdType } from '@headrace/gateway';
import { Binary, Decimal128, Double, Int32, Long, ObjectId } from 'mongodb';

/** What a stored value is, as far as it matters here. */
export type Kind =
  | 'uuid'
  | 'string'
  | 'objectId'
  | 'int'
  | 'long'
  | 'decimal'
  | 'double'
  | 'date'
  | 'object'
  | 'other';

/** The kind of a value that was read without promoting numbers. */
export function kindOf(value: unknown): Kind {
  if (typeof value === 'string') return 'string';
  if (value instanceof Date) return 'date';
  if (value instanceof ObjectId) return 'objectId';
  if (value instanceof Binary) return value.sub_type === Binary.SUBTYPE_UUID ? 'uuid' : 'other';
  if (value instanceof Long) return 'long';
  if (value instanceof Int32) return 'int';
  if (value instanceof Double) return 'double';
  if (value instanceof Decimal128) return 'decimal';
  return isPlainObject(value) ? 'object' : 'other';
}

const idTypes = new Set<Kind>(['uuid', 'string', 'objectId', 'int', 'long']);
const declaredTypes = new Set<Kind>(['decimal', 'date', 'objectId', 'uuid', 'long']);

/** Whether `_id`s made by Headrace can be of this kind. */
export function isIdType(kind: Kind): kind is IdType & Kind {
  return idTypes.has(kind);
}

/** Whether plain JSON can not say this kind, so that it is to be declared. */
export function isDeclaredType(kind: Kind): kind is FieldType & Kind {
  return declaredTypes.has(kind);
}

export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !('_bsontype' in value)
  );
}
