import type { Document, Filter, MongoClient } from 'mongodb';
import { BSON } from 'mongodb';
import { boundedCall } from '../clients/bounded-call-port.ts';
import { element, fieldsOf } from '../encode/raw-value-port.ts';
import type { Chunk } from './shard-map.ts';

/** A collection that the cluster knows as sharded. */
export interface ShardedCollection {
  readonly namespace: string;
  readonly key: Readonly<Record<string, unknown>>;
  /** Finds its chunks: by uuid since MongoDB 5.0, by namespace before. */
  readonly chunks: Filter<Document>;
  /** Another one whenever the collection was sharded anew or its key refined. */
  readonly epoch: string;
}

interface CollectionRow extends Document {
  readonly _id: string;
  readonly uuid?: unknown;
  readonly timestamp?: unknown;
  readonly lastmodEpoch?: unknown;
  readonly key: Record<string, unknown>;
  readonly dropped?: boolean;
}

/** Reads `config` of a sharded cluster through mongos; every call throws MongoError. */
export class ClusterMetadata {
  readonly #client: MongoClient;

  constructor(client: MongoClient) {
    this.#client = client;
  }

  /** Those of the namespaces that are sharded. */
  async collections(namespaces: readonly string[]): Promise<ShardedCollection[]> {
    const rows = await boundedCall(this.#client, (signal) =>
      this.#config<CollectionRow>('collections')
        .find({ _id: { $in: namespaces } } as Filter<CollectionRow>, { signal })
        .toArray(),
    );
    // Before 5.0 the row of a dropped collection stays.
    return rows.filter(({ dropped }) => dropped !== true).map(shardedCollection);
  }

  /** Moves with every change of a chunk. */
  async newestLastmod({ chunks }: ShardedCollection): Promise<string> {
    const newest = await boundedCall(this.#client, (signal) =>
      this.#config('chunks').findOne(chunks, {
        sort: { lastmod: -1 },
        projection: { _id: 0, lastmod: 1 },
        signal,
      }),
    );
    return BSON.EJSON.stringify(newest ?? {}, { relaxed: false });
  }

  async chunks({ chunks }: ShardedCollection): Promise<Chunk[]> {
    const rows = await boundedCall(this.#client, (signal) =>
      this.#config('chunks')
        .find<Uint8Array>(chunks, {
          projection: { _id: 0, min: 1, max: 1, shard: 1 },
          raw: true,
          signal,
        })
        .toArray(),
    );
    return rows.flatMap(chunkOf);
  }

  async shards(): Promise<Set<string>> {
    const rows = await boundedCall(this.#client, (signal) =>
      this.#config<{ _id: string }>('shards')
        .find({}, { projection: { _id: 1 }, signal })
        .toArray(),
    );
    return new Set(rows.map(({ _id }) => _id));
  }

  #config<Row extends Document>(collection: string) {
    return this.#client.db('config').collection<Row>(collection);
  }
}

function shardedCollection(row: CollectionRow): ShardedCollection {
  const { _id: namespace, uuid, timestamp, lastmodEpoch, key } = row;
  return {
    ...{ namespace, key },
    chunks: timestamp === undefined ? { ns: namespace } : { uuid },
    epoch: BSON.EJSON.stringify({ uuid, timestamp, lastmodEpoch, key }, { relaxed: false }),
  };
}

/** None where the row has not the documented fields: what is missing will be noticed as a gap. */
function chunkOf(row: Uint8Array): Chunk[] {
  const fields = new Map([...fieldsOf(row)].map((field) => [field.name, field]));
  const [min, max, shard] = ['min', 'max', 'shard'].map((name) => fields.get(name));
  if (min?.type !== element.DOCUMENT || max?.type !== element.DOCUMENT) return [];
  if (shard?.type !== element.STRING) return [];
  const name = Buffer.from(shard.value.subarray(4, -1)).toString('utf8');
  return [{ min: min.value, max: max.value, shard: name }];
}
