import type { Document, MongoClient } from 'mongodb';
import { isUnauthorized } from '../doctor/explain-mongodb.ts';
import { readShardKeys, type ShardKey } from '../doctor/shard-keys.ts';

const systemDatabases = new Set(['admin', 'config', 'local']);
const sampleFromEachEnd = 25;
const readWithinMs = 5_000;

/** An index that matters to whoever writes. */
export interface NotedIndex {
  readonly fields: Document;
  readonly unique: boolean;
  readonly expireAfterSeconds: number | undefined;
}

/** A collection of a live server. */
export interface LiveCollection {
  readonly database: string;
  readonly name: string;
  readonly sample: readonly Document[];
  readonly indexes: readonly NotedIndex[];
  /** Undefined for one that is not sharded, or where that may not be read. */
  readonly shardKey: ShardKey | undefined;
}

/** Every plain collection of every database but the server's own and `except`, by name. */
export async function readCollections(
  client: MongoClient,
  except: string,
): Promise<readonly LiveCollection[]> {
  const shardKeys = await readShardKeys(client).catch((cause: unknown) => {
    if (isUnauthorized(cause)) return new Map<string, ShardKey>();
    throw cause;
  });
  const { databases } = await client.db('admin').admin().listDatabases({ nameOnly: true });
  const live: LiveCollection[] = [];
  for (const database of databases.map(({ name }) => name).sort()) {
    if (systemDatabases.has(database) || database === except) continue;
    const found = await client.db(database).listCollections({}, { nameOnly: true }).toArray();
    const names = found.filter(({ type }) => type === undefined || type === 'collection');
    for (const { name } of names.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (name.startsWith('system.') || name.includes('.system.')) continue;
      live.push({
        ...{ database, name, shardKey: shardKeys.get(`${database}.${name}`) },
        sample: await readSample(client, database, name),
        indexes: await readIndexes(client, database, name),
      });
    }
  }
  return live;
}

/** From both ends of the `_id` index, which sorts by type: where types are mixed, it shows there. */
async function readSample(
  client: MongoClient,
  database: string,
  name: string,
): Promise<Document[]> {
  const collection = client.db(database).collection(name);
  const options = { promoteValues: false, maxTimeMS: readWithinMs };
  const fromEnd = (direction: 1 | -1): Promise<Document[]> =>
    collection.find({}, options).sort({ _id: direction }).limit(sampleFromEachEnd).toArray();
  return [...(await fromEnd(1)), ...(await fromEnd(-1))];
}

async function readIndexes(
  client: MongoClient,
  database: string,
  name: string,
): Promise<NotedIndex[]> {
  const indexes = await client.db(database).collection(name).listIndexes().toArray();
  return (indexes as Document[])
    .filter(({ name }) => name !== '_id_')
    .map((index) => ({
      fields: index['key'] as Document,
      unique: index['unique'] === true,
      expireAfterSeconds: index['expireAfterSeconds'] as number | undefined,
    }))
    .filter(({ unique, expireAfterSeconds }) => unique || expireAfterSeconds !== undefined);
}
