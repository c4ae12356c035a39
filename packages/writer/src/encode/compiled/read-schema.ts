import { writerErrors } from '../../errors.ts';
import { MAX_DEPTH } from '../field-path.ts';
import { OPEN, type SchemaNode } from './schema-node.ts';
import { kindsOfType, type TypeKeyword } from './type-kinds.ts';
import type { ValueKind } from './value-kind.ts';

/** Most places a schema may have: each becomes code. */
const MAX_NODES = 10_000;

type Schema = Readonly<Record<string, unknown>>;

/** Where the reader stands. */
interface Place {
  readonly path: string;
  readonly depth: number;
}

const ALTERNATIVES = ['anyOf', 'oneOf', 'allOf'] as const;

/**
 * Reads a `$jsonSchema` with `bsonType`, a validator that holds one, or a TypeBox schema. Only what
 * tells which values to expect is read: types, properties, items, alternatives, constants; every
 * other keyword is about which of them are valid. What is behind a `$ref` stays open.
 * Throws `bad-schema` with the JSON pointer of what is wrong.
 */
export function readSchema(schema: unknown): SchemaNode {
  const [outer, path] = unwrap(schema);
  const reader = new SchemaReader();
  const root = reader.read(outer, { path, depth: 1 });
  if (!root.kinds.includes('object')) throw bad(path, 'a document is of the type "object"');
  for (const name of root.fields.keys()) {
    if (!name.startsWith('$')) continue;
    throw bad(`${path}/properties/${escaped(name)}`, 'no field at the top may begin with "$"');
  }
  return root;
}

function unwrap(schema: unknown): [schema: unknown, path: string] {
  if (!isObject(schema) || schema['$jsonSchema'] === undefined) return [schema, ''];
  return [schema['$jsonSchema'], '/$jsonSchema'];
}

class SchemaReader {
  #nodes = 0;

  read(schema: unknown, place: Place): SchemaNode {
    if (schema === true) return OPEN;
    if (!isObject(schema)) throw bad(place.path, 'a schema is an object');
    if (place.depth > MAX_DEPTH) throw bad(place.path, `it nests deeper than ${MAX_DEPTH} levels`);
    if (++this.#nodes > MAX_NODES) throw bad(place.path, `it has more than ${MAX_NODES} places`);
    const kinds = new Set<ValueKind>(statedKinds(schema, place.path));
    const fields = this.#fields(schema, place);
    let items = this.#items(schema, place);
    if (fields.size > 0 && kinds.size === 0) kinds.add('object');
    for (const keyword of ALTERNATIVES) {
      for (const [at, one] of list(schema, keyword, place.path).entries()) {
        const node = this.read(one, {
          path: `${place.path}/${keyword}/${at}`,
          depth: place.depth + 1,
        });
        for (const kind of node.kinds) kinds.add(kind);
        for (const [name, field] of node.fields) {
          fields.set(name, merged(fields.get(name), field));
        }
        items = items === undefined ? node.items : merged(items, node.items);
      }
    }
    return { kinds: [...kinds], fields, items };
  }

  #fields(schema: Schema, { path, depth }: Place): Map<string, SchemaNode> {
    const fields = new Map<string, SchemaNode>();
    const { properties } = schema;
    if (properties === undefined) return fields;
    if (!isObject(properties)) throw bad(`${path}/properties`, 'it is an object of schemas');
    for (const [name, property] of Object.entries(properties)) {
      const at = `${path}/properties/${escaped(name)}`;
      if (name === '__proto__' || name.includes('\0')) {
        throw bad(at, 'no field can have this name');
      }
      fields.set(name, this.read(property, { path: at, depth: depth + 1 }));
    }
    return fields;
  }

  #items(schema: Schema, { path, depth }: Place): SchemaNode | undefined {
    const { items } = schema;
    if (items === undefined || typeof items === 'boolean') return undefined;
    if (!Array.isArray(items)) return this.read(items, { path: `${path}/items`, depth: depth + 1 });
    return items
      .map((item, at) => this.read(item, { path: `${path}/items/${at}`, depth: depth + 1 }))
      .reduce<SchemaNode | undefined>((one, other) => merged(one, other), undefined);
  }
}

/** Every kind that one of two places may hold. */
function merged(one: SchemaNode | undefined, other: SchemaNode | undefined): SchemaNode {
  if (one === undefined || other === undefined) return one ?? other ?? OPEN;
  const fields = new Map(one.fields);
  for (const [name, field] of other.fields) fields.set(name, merged(fields.get(name), field));
  const items =
    one.items === undefined && other.items === undefined
      ? undefined
      : merged(one.items, other.items);
  return { kinds: [...new Set([...one.kinds, ...other.kinds])], fields, items };
}

function statedKinds(schema: Schema, path: string): readonly ValueKind[] {
  const keyword: TypeKeyword = schema['bsonType'] === undefined ? 'type' : 'bsonType';
  const stated = schema[keyword];
  if (stated !== undefined) {
    const names: readonly unknown[] = Array.isArray(stated) ? stated : [stated];
    return names.flatMap((name) => {
      const kinds = kindsOfType(keyword, name);
      if (kinds !== undefined) return kinds;
      throw bad(`${path}/${keyword}`, `${JSON.stringify(name)} is no type`);
    });
  }
  const constants = list(schema, 'enum', path);
  return ('const' in schema ? [schema['const']] : constants).flatMap(kindsOfConstant);
}

function kindsOfConstant(value: unknown): readonly ValueKind[] {
  if (typeof value === 'string') return ['string'];
  if (typeof value === 'boolean') return ['bool'];
  return typeof value === 'number' ? ['int', 'double'] : [];
}

function list(schema: Schema, keyword: string, path: string): readonly unknown[] {
  const value = schema[keyword];
  if (value === undefined) return [];
  if (Array.isArray(value)) return value;
  throw bad(`${path}/${keyword}`, 'it is a list');
}

function isObject(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

function bad(path: string, reason: string): Error {
  return writerErrors.create('bad-schema', { path: path === '' ? '/' : path, reason });
}
