import {
  compileFieldTypes,
  madeIdBytes,
  writerErrors,
  type FieldTypes,
  type Tier,
} from '@headrace/writer';
import type { CollectionRules, Configuration } from '../configuration-port.ts';
import { gatewayErrors } from '../errors.ts';

/** A collection the configuration lists, with what every write to it needs made ready. */
export interface ListedCollection {
  readonly database: string;
  readonly name: string;
  /** `database.collection` */
  readonly namespace: string;
  readonly encodedNamespace: string;
  readonly rules: CollectionRules;
  /** Tier of a change that asks for none: the collection's where its lane is that of changes. */
  readonly tierOfChanges: Tier;
  readonly types: FieldTypes;
  /** Room kept in front of a document for an `_id` it does not bring. */
  readonly reservedBytes: number;
}

const MAX_NAMESPACE_BYTES = 255;
const SYSTEM_DATABASES = ['admin', 'config', 'local'];

/** Finds the collection a path names, and says why one can not be written to. */
export class ListedCollections {
  readonly #byDatabase = new Map<string, Map<string, ListedCollection>>();
  readonly #ownDatabase: string;

  constructor(configuration: Configuration) {
    this.#ownDatabase = configuration.mongodb.database;
    for (const [namespace, rules] of Object.entries(configuration.collections)) {
      this.#list(namespace, rules);
    }
  }

  /** Throws `namespace-not-listed`, `system-namespace`, `bad-namespace`. */
  find(database: string, name: string): ListedCollection {
    return this.#byDatabase.get(database)?.get(name) ?? this.#refuse(database, name);
  }

  /** The same for `database.collection` in one text. */
  findNamespace(namespace: string): ListedCollection {
    const dot = namespace.indexOf('.');
    if (dot < 0) throw gatewayErrors.create('bad-namespace', { reason: 'it has no dot in it' });
    return this.find(namespace.slice(0, dot), namespace.slice(dot + 1));
  }

  #list(namespace: string, rules: CollectionRules): void {
    const dot = namespace.indexOf('.');
    const database = namespace.slice(0, dot);
    const name = namespace.slice(dot + 1);
    checkNames(database, name, this.#ownDatabase);
    const names = this.#byDatabase.get(database) ?? new Map<string, ListedCollection>();
    this.#byDatabase.set(database, names);
    names.set(name, {
      database,
      name,
      namespace,
      encodedNamespace: encodeURIComponent(namespace),
      rules,
      tierOfChanges: tierOfChanges(rules),
      types: compileFieldTypes(rules.types),
      reservedBytes: madeIdBytes(rules.idType),
    });
  }

  #refuse(database: string, name: string): never {
    checkNames(database, name, this.#ownDatabase);
    const namespace = `${database}.${name}`;
    const fix = `collections:\n  ${JSON.stringify(namespace)}: {}`;
    throw writerErrors.create('namespace-not-listed', { namespace, fix });
  }
}

function tierOfChanges({ tier, changes }: CollectionRules): Tier {
  if (changes === 'buffered') return 'eventual';
  return changes === 'direct' && tier === 'eventual' ? 'strong' : tier;
}

function checkNames(database: string, name: string, ownDatabase: string): void {
  const namespace = `${database}.${name}`;
  const reason = badName(database, name);
  if (reason !== undefined) throw gatewayErrors.create('bad-namespace', { reason });
  const isSystem =
    SYSTEM_DATABASES.includes(database) ||
    database === ownDatabase ||
    name === 'system' ||
    name.startsWith('system.') ||
    namespace.includes('$');
  if (isSystem) throw gatewayErrors.create('system-namespace', { namespace });
}

function badName(database: string, name: string): string | undefined {
  if (database === '' || name === '') return 'a part of it is empty';
  if (database.includes('\0') || name.includes('\0')) return 'it has a NUL in it';
  if (/[/\\. "]/.test(database)) return 'a database name has none of / \\ . " and space';
  if (name.startsWith('.') || name.endsWith('.')) return 'a collection name has no dot at its ends';
  if (Buffer.byteLength(`${database}.${name}`) > MAX_NAMESPACE_BYTES) {
    return `it is longer than ${MAX_NAMESPACE_BYTES} bytes`;
  }
  return undefined;
}
