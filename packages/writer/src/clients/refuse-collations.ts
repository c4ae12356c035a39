import type { Log } from '@headrace/base';
import { MongoServerError, type CollectionInfo, type MongoClient } from 'mongodb';
import { writerErrors } from '../errors.ts';

/**
 * Refuses collections with a collation of their own: two texts may be one `_id` there, and then writes
 * to one document would not be kept in order, nor a repeat be recognised (protocol A6). A collection
 * that is not there yet is made by its first insert, with the simple collation. Without the right to
 * list collections nothing is refused, and that is said.
 * @throws HeadraceError `collation-not-offered`
 */
export async function refuseCollations(
  client: MongoClient,
  namespaces: readonly string[],
  log: Log,
): Promise<void> {
  const databases = new Set(namespaces.map((namespace) => namespace.split('.', 1)[0] as string));
  for (const database of databases) {
    const found = await collationsOf(client, database, log);
    for (const namespace of namespaces) {
      const locale = found.get(namespace) ?? 'simple';
      if (locale !== 'simple') {
        throw writerErrors.create('collation-not-offered', { namespace, locale });
      }
    }
  }
}

/** Locales by namespace. */
async function collationsOf(
  client: MongoClient,
  database: string,
  log: Log,
): Promise<ReadonlyMap<string, string>> {
  try {
    const found = await client.db(database).listCollections({}, { nameOnly: false }).toArray();
    return new Map(
      found.flatMap(({ name, options }: CollectionInfo) => {
        const collation = options?.['collation'] as { readonly locale: string } | undefined;
        return collation ? [[`${database}.${name}`, collation.locale] as const] : [];
      }),
    );
  } catch (cause) {
    if (!(cause instanceof MongoServerError)) throw cause;
    log.warn({ cause, database }, 'the collations of the collections can not be read');
    return new Map();
  }
}
