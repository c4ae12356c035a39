import type { Clock, Counter, Gauge, Log, Metrics } from '@headrace/base';
import type { MongoClient } from 'mongodb';
import type { Write } from '../gather/write-port.ts';
import { ClusterMetadata, type ShardedCollection } from './cluster-metadata.ts';
import { ShardKey } from './shard-key.ts';
import { ShardMap } from './shard-map.ts';

export interface ShardMapsOptions {
  /** Of a mongos. */
  readonly client: MongoClient;
  /** The collections that are written to. */
  readonly namespaces: readonly string[];
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** How often to ask whether chunks have moved; 5,000 unless told. */
  readonly lookEveryMs?: number;
}

/** mongos hides from its clients that chunks have moved, so it has to be asked. */
const usualLookEveryMs = 5_000;
/** Rights are not granted within seconds. */
const afterFailureMs = 30_000;

interface Known {
  readonly map: ShardMap;
  /** Epoch and newest `lastmod` it was read at. */
  readonly version: string;
}

/**
 * The shard maps of the collections that are written to, kept fresh. Where none is known, writes have
 * no shard and are gathered as without sharding: the maps save mongos and the shards work, and nothing
 * depends on their being right.
 */
export class ShardMaps {
  readonly #options: ShardMapsOptions;
  readonly #metadata: ClusterMetadata;
  readonly #readable: Gauge;
  readonly #loads: Counter;
  #known: ReadonlyMap<string, Known> = new Map();
  #dueAtMs = -Infinity;
  #looking: Promise<void> | undefined;
  #isFailing = false;

  constructor(options: ShardMapsOptions) {
    this.#options = options;
    this.#metadata = new ClusterMetadata(options.client);
    this.#readable = options.metrics.gauge({
      name: 'writer_shard_maps_readable',
      help: '1 while the metadata of the cluster can be read, so that batches go to one shard each',
      labels: [],
    });
    this.#loads = options.metrics.counter({
      name: 'writer_shard_map_loads_total',
      help: 'Shard maps that were read: at the start and whenever chunks had moved',
      labels: [],
    });
  }

  /** The name of the shard a write goes to; empty where it is not known or nothing is sharded. */
  shardOf(write: Write): string {
    const map = this.#known.get(write.namespace)?.map;
    if (map === undefined) return '';
    // What changes a document by its `_id` alone says nothing of its other fields.
    const isWhole = write.op === 'insert' || write.op === 'replace';
    if (!isWhole && !map.key.isDeterminedById) return '';
    return map.shardOf(write.document) ?? '';
  }

  /** The shard key of a collection that is known to be sharded. */
  keyOf(namespace: string): ShardKey | undefined {
    return this.#known.get(namespace)?.map.key;
  }

  /** Looks when it is time to; for whoever has a timer already. Never rejects. */
  async lookIfDue(): Promise<void> {
    if (this.#options.clock.monotonicMs() >= this.#dueAtMs) await this.look();
  }

  /** Reads what has changed. Never rejects; whoever calls it meanwhile waits for the same look. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  /** Waits for a look under way, so that the client may be closed. */
  async stop(): Promise<void> {
    await this.#looking;
  }

  async #look(): Promise<void> {
    const { clock, lookEveryMs = usualLookEveryMs } = this.#options;
    try {
      await this.#refresh();
      this.#dueAtMs = clock.monotonicMs() + lookEveryMs;
      this.#recovered();
    } catch (cause) {
      this.#dueAtMs = clock.monotonicMs() + Math.max(afterFailureMs, lookEveryMs);
      this.#failed(cause);
    }
  }

  async #refresh(): Promise<void> {
    const collections = await this.#metadata.collections(this.#options.namespaces);
    const known = new Map<string, Known>();
    for (const collection of collections) {
      const before = this.#known.get(collection.namespace);
      const now = (await this.#read(collection, before)) ?? before;
      if (now !== undefined) known.set(collection.namespace, now);
    }
    this.#known = known;
  }

  /** Undefined where the chunks were moving; they are read again with the next look. */
  async #read(collection: ShardedCollection, before?: Known): Promise<Known | undefined> {
    // Read before the chunks: what moves in between makes the next look read again.
    const version = collection.epoch + (await this.#metadata.newestLastmod(collection));
    if (version === before?.version) return before;
    const key = new ShardKey(collection.key);
    const map = ShardMap.of(key, await this.#metadata.chunks(collection));
    if (typeof map === 'string') return undefined;
    const shards = await this.#metadata.shards();
    if (![...map.shards].every((shard) => shards.has(shard))) return undefined;
    this.#loads.add({});
    return { map, version };
  }

  #recovered(): void {
    this.#readable.set({}, 1);
    if (this.#isFailing)
      this.#options.log.info({}, 'the metadata of the cluster can be used again');
    this.#isFailing = false;
  }

  #failed(cause: unknown): void {
    this.#readable.set({}, 0);
    if (this.#isFailing) return;
    this.#isFailing = true;
    this.#options.log.warn(
      { cause },
      'batches are not gathered by shard, since the metadata of the cluster can not be used: the user needs find on config.collections, config.chunks and config.shards',
    );
  }
}
