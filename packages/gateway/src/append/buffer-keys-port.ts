import { crc32 } from 'node:zlib';

/**
 * Every name Headrace uses in Redis. All names of a partition share one hash tag, so a script may
 * touch them together on a Redis Cluster too.
 */
export class BufferKeys {
  /** Hash {gen, partitions}: how the buffer is laid out. */
  readonly meta: string;
  /** Sorted set of the living workers, by the time their word runs out. */
  readonly workers: string;
  /** Written to where something has to be written for `WAIT`. */
  readonly mark: string;
  readonly partitions: readonly PartitionKeys[];

  constructor(prefix: string, partitions: number) {
    this.meta = `${prefix}:meta`;
    this.workers = `${prefix}:workers`;
    this.mark = `${prefix}:mark`;
    this.partitions = Array.from({ length: partitions }, (_, at) => new PartitionKeys(prefix, at));
  }

  /** The partition of a document: the same for all its writes, in every process. */
  partitionOf(namespace: string, canonicalId: string): PartitionKeys {
    const sum = crc32(canonicalId, crc32(namespace));
    return this.partitions[sum % this.partitions.length] as PartitionKeys;
  }
}

/** The names of one partition; `P` in the comments is its prefix with the hash tag. */
export class PartitionKeys {
  readonly at: number;
  /** `P l`: token of the worker that owns the partition. */
  readonly lease: string;
  /** `P m`: hash {gen}. */
  readonly meta: string;
  /** `P n`: hash tenant -> queued bytes; a tenant with nothing queued is not in it. */
  readonly queued: string;
  /** `P k`: owners since the last graceful end or settled entry, the present one included. */
  readonly owners: string;
  /** `P x`: hash entry -> which owners ran it alone without coming to a verdict. */
  readonly loneTries: string;
  readonly #prefix: string;

  constructor(prefix: string, at: number) {
    this.at = at;
    this.#prefix = `{${prefix}:p${String(at).padStart(2, '0')}}:`;
    this.lease = `${this.#prefix}l`;
    this.meta = `${this.#prefix}m`;
    this.queued = `${this.#prefix}n`;
    this.owners = `${this.#prefix}k`;
    this.loneTries = `${this.#prefix}x`;
  }

  /** `P s:<tenant>`: stream of the queued writes; field `w` holds the frame. */
  stream(tenant: string): string {
    return `${this.#prefix}s:${tenant}`;
  }

  /** `P t:<tenant>`: highest stream id a worker has ever read. */
  taken(tenant: string): string {
    return `${this.#prefix}t:${tenant}`;
  }

  /** `P c:<writeId>`: the claim; see `claim-port.ts`. */
  claim(writeId: string): string {
    return `${this.#prefix}c:${writeId}`;
  }
}
