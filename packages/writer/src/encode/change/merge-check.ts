import { writerErrors } from '../../errors.ts';
import { DOCUMENT } from '../element-type.ts';
import { walkNamed, type BsonField } from './bson-fields.ts';

/**
 * Refuses names that an expression of the server would read as a path or a variable, at any depth.
 * Throws `bad-field-name`.
 */
export function checkMergePatch(patch: Uint8Array): void {
  walkNamed({ type: DOCUMENT, value: patch }, '', (field, path) => {
    const reason = faultOfName(field);
    if (reason !== undefined) throw writerErrors.create('bad-field-name', { path, reason });
  });
}

function faultOfName({ name, type }: BsonField): string | undefined {
  if (name.includes('.')) return 'a name in a merge patch has no dot, it is never a path';
  if (name.startsWith('$')) return 'a name in a merge patch does not begin with "$"';
  if (name === '' && type === DOCUMENT) return 'an object under an empty name can not be merged';
  return undefined;
}
