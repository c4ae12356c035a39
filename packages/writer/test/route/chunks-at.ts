import { BSON, MaxKey, MinKey, type Document } from 'bson';
import { ShardKey } from '../../src/route/shard-key.ts';
import { ShardMap, type Chunk } from '../../src/route/shard-map.ts';

/**
 * The chunks of a whole collection, one after the other.
 * @param fields of the shard key
 * @param bounds values of the fields where a new chunk begins
 * @param shards of the chunks, one more than bounds
 */
export function chunksAt(
  fields: readonly string[],
  bounds: readonly (readonly unknown[])[],
  shards: readonly string[],
): Chunk[] {
  const all = [fields.map(() => new MinKey()), ...bounds, fields.map(() => new MaxKey())];
  const bytes = all.map((values) =>
    BSON.serialize(Object.fromEntries(fields.map((field, n) => [field, values[n]]))),
  );
  return shards.map((shard, n) => ({
    ...{ min: bytes[n] as Uint8Array, max: bytes[n + 1] as Uint8Array, shard },
  }));
}

/** The map of a collection, and the way to ask it by objects. */
export function mapOf(
  pattern: Document,
  bounds: readonly (readonly unknown[])[],
  shards: readonly string[],
): { map: ShardMap; shardOf: (document: Document) => string | undefined } {
  const map = ShardMap.of(new ShardKey(pattern), chunksAt(Object.keys(pattern), bounds, shards));
  if (typeof map === 'string') throw new TypeError(map);
  return { map, shardOf: (document) => map.shardOf(BSON.serialize(document)) };
}
