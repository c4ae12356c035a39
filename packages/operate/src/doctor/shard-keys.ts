import type { MongoClient } from 'mongodb';

/** Fields of a shard key, with 1, -1 or `hashed`. */
export type ShardKey = Readonly<Record<string, number | string>>;

interface ShardedCollection {
  readonly _id: string;
  readonly key: ShardKey;
  /** Set by old versions on what was dropped. */
  readonly dropped?: boolean;
}

/**
 * Shard keys by namespace; empty where nothing is sharded.
 * @throws MongoServerError 13 for a user who may not read `config`
 */
export async function readShardKeys(client: MongoClient): Promise<ReadonlyMap<string, ShardKey>> {
  const rows = await client
    .db('config')
    .collection<ShardedCollection>('collections')
    .find({}, { projection: { key: 1, dropped: 1 } })
    .toArray();
  const keys = new Map<string, ShardKey>();
  for (const { _id, key, dropped } of rows) if (dropped !== true) keys.set(_id, key);
  return keys;
}

/** Whether documents of one `_id` always lie on one shard. */
export function isDeterminedById(shardKey: ShardKey): boolean {
  return Object.keys(shardKey).every((field) => field === '_id' || field.startsWith('_id.'));
}
