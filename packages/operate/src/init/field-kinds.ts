import type { FieldType } from '@headrace/gateway';
import type { Document } from 'mongodb';
import { isDeclaredType, isPlainObject, kindOf, type Kind } from './value-kind.ts';

/** The kinds of `_id` in a sample, in the order they were met. */
export function idKinds(sample: readonly Document[]): readonly Kind[] {
  return [...new Set(sample.map((document) => kindOf(document['_id'])))];
}

/** Types by dotted path of the fields that have the same one wherever they occur. */
export function declaredTypes(sample: readonly Document[]): ReadonlyMap<string, FieldType> {
  const kinds = new Map<string, Set<Kind>>();
  for (const document of sample) collectKinds(document, '', kinds);
  const types = new Map<string, FieldType>();
  for (const [path, found] of kinds) {
    const [kind, ...others] = found;
    if (kind !== undefined && others.length === 0 && isDeclaredType(kind)) types.set(path, kind);
  }
  return types;
}

function collectKinds(
  part: Readonly<Record<string, unknown>>,
  parent: string,
  kinds: Map<string, Set<Kind>>,
): void {
  for (const [name, value] of Object.entries(part)) {
    if (!isNameable(name) || (parent === '' && name === '_id')) continue;
    const path = parent + name;
    const found = kinds.get(path) ?? new Set();
    kinds.set(path, found.add(kindOf(value)));
    if (isPlainObject(value)) collectKinds(value, `${path}.`, kinds);
  }
}

/** Whether a dotted path can name a field of this name. */
function isNameable(name: string): boolean {
  return name !== '' && name !== '__proto__' && !/^\$|[.\0]/.test(name);
}
