import { writerErrors } from '../../errors.ts';
import { ARRAY, DOCUMENT } from '../element-type.ts';
import { below, fieldsOf, type BsonField } from './bson-fields.ts';

/**
 * Refuses names that an expression of the server would read as a path or a variable, at any depth.
 * Throws `bad-field-name`.
 */
export function checkMergePatch(patch: Uint8Array): void {
  for (const field of fieldsOf(patch)) checkName(field, below('', field.name));
}

function checkName(field: BsonField, path: string): void {
  refuseName(field, path);
  checkValue(field, path);
}

function checkValue({ type, value }: BsonField, path: string): void {
  if (type === DOCUMENT) {
    for (const field of fieldsOf(value)) checkName(field, below(path, field.name));
  } else if (type === ARRAY) {
    for (const element of fieldsOf(value)) checkValue(element, below(path, element.name));
  }
}

function refuseName({ name, type }: BsonField, path: string): void {
  const reason = faultOfName(name, type);
  if (reason !== undefined) throw writerErrors.create('bad-field-name', { path, reason });
}

function faultOfName(name: string, type: number): string | undefined {
  if (name.includes('.')) return 'a name in a merge patch has no dot, it is never a path';
  if (name.startsWith('$')) return 'a name in a merge patch does not begin with "$"';
  if (name === '' && type === DOCUMENT) return 'an object under an empty name can not be merged';
  return undefined;
}
