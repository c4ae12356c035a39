import { element, fieldsOf } from '../encode/raw-value-port.ts';
import { compareValues } from './compare-values.ts';
import type { RawValue } from './raw-value.ts';
import { roomForValues, type ShardKey } from './shard-key.ts';

/** A chunk as the cluster records it. */
export interface Chunk {
  /** The shard key at its beginning, as BSON; the chunk holds it. */
  readonly min: Uint8Array;
  /** The shard key at its end, as BSON; the chunk does not hold it. */
  readonly max: Uint8Array;
  readonly shard: string;
}

/** Chunks in their order that lie on one shard. */
interface Range {
  readonly min: readonly RawValue[];
  readonly shard: string;
}

/**
 * Which shard each document of a collection belongs to, as the cluster said at one moment. A hint:
 * mongos decides, and knows better when chunks have moved since.
 */
export class ShardMap {
  readonly key: ShardKey;
  readonly #ranges: readonly Range[];
  readonly #values: readonly RawValue[];

  private constructor(key: ShardKey, ranges: readonly Range[]) {
    this.key = key;
    this.#ranges = ranges;
    this.#values = roomForValues(key);
  }

  /**
   * @param chunks in any order
   * @returns the map, or what is wrong with the chunks: they leave a gap or overlap, as they do
   * when they are read while one moves
   */
  static of(key: ShardKey, chunks: readonly Chunk[]): ShardMap | string {
    const read = chunks.map(({ min, max, shard }) => ({
      ...{ min: valuesOf(min), max: valuesOf(max), shard },
    }));
    read.sort((one, other) => compareKeys(one.min, other.min));
    const { length } = key.fields;
    let end: readonly RawValue[] = Array.from({ length }, () => keyOf(element.MIN_KEY));
    const ranges: Range[] = [];
    for (const { min, max, shard } of read) {
      if (min.length !== length || max.length !== length) return 'a chunk has another shard key';
      if (compareKeys(min, end) !== 0) return 'the chunks leave a gap or overlap';
      end = max;
      // Neighbours on one shard are one range: there is less to search.
      if (ranges.at(-1)?.shard !== shard) ranges.push({ min, shard });
    }
    const last = Array.from({ length }, () => keyOf(element.MAX_KEY));
    if (length === 0 || compareKeys(end, last) !== 0) return 'the chunks do not reach the end';
    return new ShardMap(key, ranges);
  }

  /** Names of the shards that hold chunks. */
  get shards(): ReadonlySet<string> {
    return new Set(this.#ranges.map(({ shard }) => shard));
  }

  /**
   * The shard of a document, or undefined where it has no shard key that could be stored.
   * @param document BSON that is known to be right
   */
  shardOf(document: Uint8Array): string | undefined {
    if (this.#ranges.length === 1) return this.#ranges[0]?.shard;
    if (!this.key.read(document, this.#values)) return undefined;
    // The last range that begins at or before the values; the first begins before all.
    let low = 0;
    let high = this.#ranges.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      const { min } = this.#ranges[middle] as Range;
      if (compareKeys(this.#values, min) < 0) high = middle - 1;
      else low = middle;
    }
    return this.#ranges[low]?.shard;
  }
}

function compareKeys(one: readonly RawValue[], other: readonly RawValue[]): number {
  const fields = Math.min(one.length, other.length);
  for (let n = 0; n < fields; n += 1) {
    const order = compareValues(one[n] as RawValue, other[n] as RawValue);
    if (order !== 0) return order;
  }
  return 0;
}

function valuesOf(bound: Uint8Array): RawValue[] {
  return [...fieldsOf(bound)].map(({ type, value }) => ({ type, bytes: value, at: 0 }));
}

function keyOf(type: number): RawValue {
  return { type, bytes: new Uint8Array(), at: 0 };
}
