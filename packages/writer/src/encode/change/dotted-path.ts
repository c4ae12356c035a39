import { MAX_DEPTH } from '../field-path.ts';
import type { FieldTypes } from '../field-types.ts';

/** Whether a dotted path leads to `_id` or into it. */
export function leadsToId(path: string): boolean {
  return path === '_id' || path.startsWith('_id.');
}

/** Why no field can be at this path; undefined when one can. */
export function faultOfPath(path: string): string | undefined {
  const names = path.split('.');
  if (names.length > MAX_DEPTH) return `a path has at most ${MAX_DEPTH} names`;
  if (names.includes('')) return 'a path has no empty names';
  if (names.includes('__proto__')) {
    return 'readers in JavaScript take __proto__ for something else';
  }
  return undefined;
}

/** The declared types at a dotted path; places in an array (`lines.0.price`) are passed through. */
export function typesAt(types: FieldTypes | undefined, path: Uint8Array): FieldTypes | undefined {
  let found = types;
  for (let start = 0; start <= path.length && found !== undefined;) {
    const dot = path.indexOf(0x2e, start);
    const end = dot < 0 ? path.length : dot;
    found = found.fields.find(path, start, end) ?? (isPlace(path, start, end) ? found : undefined);
    start = end + 1;
  }
  return found;
}

/** An index of an array, or `$[]` for all of them. */
function isPlace(path: Uint8Array, start: number, end: number): boolean {
  if (start === end) return false;
  if (path[start] === 0x24) return true;
  for (let at = start; at < end; at++) {
    const byte = path[at] as number;
    if (byte < 0x30 || byte > 0x39) return false;
  }
  return true;
}
