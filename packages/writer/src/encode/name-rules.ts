import { writerErrors } from '../errors.ts';
import { ARRAY, REGEX, UNDEFINED } from './element-type.ts';
import type { FieldPath } from './field-path.ts';

export const REPEATED_NAME = 'it stands in the object twice';

const PROTO = Buffer.from('__proto__');

/** Refuses the names which `path` may not hold there; the name ends before `end`. */
export function checkName(path: FieldPath, bytes: Uint8Array, end: number): void {
  const start = path.nameAt[path.depth] as number;
  const first = bytes[start];
  if (first === 0x24 && path.depth === 1) {
    const reason = 'a name at the top level may not begin with "$", operators belong in an update';
    throw writerErrors.create('bad-field-name', { path: path.pointer(bytes), reason });
  }
  if (first === 0x5f && end - start === PROTO.length && isProto(bytes, start)) {
    const reason = 'readers in JavaScript take __proto__ for something else';
    throw writerErrors.create('bad-field-name', { path: path.pointer(bytes), reason });
  }
}

function isProto(bytes: Uint8Array, start: number): boolean {
  for (let i = 0; i < PROTO.length; i++) if (bytes[start + i] !== PROTO[i]) return false;
  return true;
}

/** Refuses the types of which MongoDB makes no `_id`. */
export function checkIdType(type: number): void {
  if (type !== ARRAY && type !== REGEX && type !== UNDEFINED) return;
  const reason = 'an array, a regular expression or undefined can not be one; send another value';
  throw writerErrors.create('bad-id', { path: '/_id', reason });
}
