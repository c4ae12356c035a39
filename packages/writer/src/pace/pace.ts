import type { BatchSizeOptions } from './batch-size.ts';
import type { LimitRule } from './limit-rule.ts';
import type { ArrivalsPort, BatchCaps, DeparturesPort, EndedCommand } from './pace-port.ts';
import { Places } from './places.ts';
import { ShardPace } from './shard-pace.ts';
import { documentClassOf } from './size-class.ts';
import { VegasLimit } from './vegas-limit.ts';

/**
 * The driver cuts a command where its documents reach 16 MiB, and nothing may be cut here: each
 * command has one reply.
 */
export const hardMaxBatchBytes = Math.floor(15.9 * 1024 * 1024);

/** Documents a command: where each shard begins, and what it never leaves. */
const usualBatch = { start: 128, least: 16, most: 1000 };
/** Commands in flight a shard. */
const usualFlight = { start: 2, least: 1, most: 8 };

export interface PaceOptions {
  /** Commands that may be in flight to all shards together: what of the pool is theirs. */
  readonly places: number;
  /** Bytes of documents a command; never more than 15.9 MiB. */
  readonly maxBytes: number;
  /** Documents a command; 16 to 1,000 and 128 at first unless told. */
  readonly batch?: BatchSizeOptions;
  /** How the commands in flight of a shard are limited; TCP Vegas, from 1 to 8, unless told. */
  readonly newLimit?: () => LimitRule;
}

/**
 * How large commands are and how many are in flight, for each shard by itself: what a slow shard
 * does to its own figures touches no other. Nothing here waits or looks at a clock; it learns from
 * the commands that end.
 */
export class Pace implements DeparturesPort, ArrivalsPort {
  readonly #options: PaceOptions;
  readonly #maxBytes: number;
  readonly #places: Places;
  readonly #shards = new Map<string, ShardPace>();

  constructor(options: PaceOptions) {
    this.#options = options;
    this.#maxBytes = Math.min(options.maxBytes, hardMaxBatchBytes);
    this.#places = new Places(options.places);
  }

  capsFor(shard: string, documentBytes: number): BatchCaps {
    const { writes } = this.#of(shard).sizeOf(documentClassOf(documentBytes));
    return { maxWrites: writes, maxBytes: this.#maxBytes };
  }

  mayLeave(shard: string): boolean {
    const pace = this.#of(shard);
    if (pace.inFlight >= pace.rule.limit || !this.#places.take(pace.inFlight)) return false;
    pace.left();
    return true;
  }

  ended(shard: string, command: EndedCommand): void {
    const pace = this.#of(shard);
    pace.ended(command);
    this.#places.giveBack(pace.inFlight);
  }

  /** Commands that may be in flight to a shard now, for a gauge. */
  limitOf(shard: string): number {
    return this.#of(shard).rule.limit;
  }

  #of(shard: string): ShardPace {
    let pace = this.#shards.get(shard);
    if (pace === undefined) {
      const { newLimit = () => new VegasLimit(usualFlight), batch = usualBatch } = this.#options;
      pace = new ShardPace(newLimit(), batch);
      this.#shards.set(shard, pace);
      this.#places.divide([...this.#shards.values()].map(({ inFlight }) => inFlight));
    }
    return pace;
  }
}
