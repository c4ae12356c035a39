import { writerErrors } from '../errors.ts';
import { NameTable } from './name-table.ts';

/** The types a collection may declare for its fields. */
export const FIELD_TYPES = [
  'decimal',
  'date',
  'objectId',
  'uuid',
  'int',
  'long',
  'double',
] as const;
export type FieldType = (typeof FIELD_TYPES)[number];

/** Declared types, compiled to a tree of names. */
export interface FieldTypes {
  readonly type: FieldType | undefined;
  readonly fields: NameTable<FieldTypes>;
}

interface Branch {
  type: FieldType | undefined;
  readonly fields: Map<string, Branch>;
}

/**
 * Compiles `{ total: 'decimal', 'lines.price': 'decimal' }`. A dotted path names a field of a
 * subdocument; arrays on the way are passed through, so `lines` may be a list of subdocuments, and
 * `tags: 'uuid'` also holds for each value of a list.
 * Throws `bad-type-declaration`.
 */
export function compileFieldTypes(declared: Readonly<Record<string, FieldType>>): FieldTypes {
  const root: Branch = { type: undefined, fields: new Map() };
  for (const [path, type] of Object.entries(declared)) declare(root, path, type);
  return compile(root);
}

function declare(root: Branch, path: string, type: FieldType): void {
  if (!FIELD_TYPES.includes(type)) {
    throw badDeclaration(path, `"${type}" is none of ${FIELD_TYPES.join(', ')}`);
  }
  let branch = root;
  for (const name of path.split('.')) {
    if (name === '' || name === '__proto__' || name.startsWith('$') || name.includes('\0')) {
      throw badDeclaration(path, `"${name}" can not be the name of a field`);
    }
    if (branch.type !== undefined) throw badDeclaration(path, 'a field above it has a type itself');
    const next = branch.fields.get(name) ?? { type: undefined, fields: new Map<string, Branch>() };
    branch.fields.set(name, next);
    branch = next;
  }
  if (branch.fields.size > 0) throw badDeclaration(path, 'a field below it has a type as well');
  branch.type = type;
}

function compile(branch: Branch): FieldTypes {
  const fields = [...branch.fields].map(([name, below]) => [name, compile(below)] as const);
  return { type: branch.type, fields: new NameTable(fields) };
}

function badDeclaration(path: string, reason: string): Error {
  return writerErrors.create('bad-type-declaration', { path, reason });
}
