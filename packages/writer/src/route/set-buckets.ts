import { writerErrors } from '../errors.ts';
import { murmur3x32 } from './murmur3-32.ts';

/** Never another number: with it every document would belong elsewhere. */
export const bucketCount = 4096;

/** First and last bucket, both included. */
export type BucketRange = readonly [first: number, last: number];

/**
 * The bucket of a document when several independent replica sets share a collection: murmur3_32 with
 * seed 0 over its shard key as BSON. Bytes are what counts here: 1 as int32 and as double are two
 * shard keys, so a field has to have one type.
 * @param shardKey a BSON document of the fields of the shard key, in their order
 */
export function bucketOf(shardKey: Uint8Array): number {
  return murmur3x32(shardKey) % bucketCount;
}

/** Which set has which bucket. */
export class SetBuckets {
  readonly #setOfBucket: readonly string[];

  private constructor(setOfBucket: readonly string[]) {
    this.#setOfBucket = setOfBucket;
  }

  /**
   * @param sets ranges of buckets by the name of the set
   * @throws HeadraceError `bad-buckets` unless every bucket is named once
   */
  static of(sets: Readonly<Record<string, readonly BucketRange[]>>): SetBuckets {
    const owners = new Array<string | undefined>(bucketCount).fill(undefined);
    for (const [set, ranges] of Object.entries(sets)) {
      for (const [first, last] of ranges) {
        if (!isBucket(first) || !isBucket(last) || first > last) {
          throw bad(`${set} names ${first} to ${last}`);
        }
        for (let bucket = first; bucket <= last; bucket += 1) {
          const owner = owners[bucket];
          if (owner !== undefined) throw bad(`${bucket} belongs to ${owner} and to ${set}`);
          owners[bucket] = set;
        }
      }
    }
    const setOfBucket = owners.map((owner, bucket) => {
      if (owner === undefined) throw bad(`${bucket} belongs to no set`);
      return owner;
    });
    return new SetBuckets(setOfBucket);
  }

  /** The set of a document; see `bucketOf`. */
  setOf(shardKey: Uint8Array): string {
    return this.#setOfBucket[bucketOf(shardKey)] as string;
  }
}

function isBucket(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < bucketCount;
}

function bad(reason: string) {
  return writerErrors.create('bad-buckets', { reason });
}
