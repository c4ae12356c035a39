import { writerErrors } from '../errors.ts';
import type { ShardMaps } from './shard-maps.ts';

/**
 * In an insert-only collection the `_id` is what a repeat is recognised by, and a sharded cluster keeps
 * it unique on each shard alone: so it has to lead to one shard (protocol A16).
 * @param insertOnly namespaces; those whose metadata can't be read are passed over
 * @throws HeadraceError `shard-key-not-in-id`
 */
export function checkShardKeys(maps: ShardMaps, insertOnly: readonly string[]): void {
  for (const namespace of insertOnly) {
    const shardKey = maps.keyOf(namespace);
    if (shardKey === undefined || shardKey.isDeterminedById) continue;
    const key = Object.fromEntries(
      shardKey.fields.map(({ path, isHashed }) => [path, isHashed ? 'hashed' : 1]),
    );
    throw writerErrors.create('shard-key-not-in-id', { namespace, key });
  }
}
