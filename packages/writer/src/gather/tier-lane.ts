import { Fifo } from './fifo.ts';
import type { Batch } from './batch-runner-port.ts';
import type { PendingWrite } from './pending-write-port.ts';
import type { ShardOf } from './shard-of-port.ts';
import type { Mode, Tier } from './write-port.ts';

/** How large one command may become. Caps, never reasons to wait. */
export interface BatchCaps {
  readonly maxWrites: number;
  readonly maxBytes: number;
}

/**
 * Batches in flight at a time. Two keep the server busy while the next one is gathered; the other slots
 * are for when one is stuck.
 */
const slotsAtOnce = 2;

export interface TierLaneOptions {
  readonly tier: Tier;
  readonly mode: Mode;
  readonly slots: number;
  readonly caps: BatchCaps;
  /** Takes the next write to the same document that may follow in the same batch, up to so many bytes. */
  readonly takeFollower: (leader: PendingWrite, maxBytes: number) => PendingWrite | undefined;
  /** Undefined where nothing is sharded: then nothing is asked. */
  readonly shardOf?: ShardOf | undefined;
}

/**
 * The writes of one tier and mode that wait to be sent, by namespace and shard, and the slots that send
 * them.
 */
export class TierLane {
  readonly tier: Tier;
  readonly mode: Mode;
  readonly #caps: BatchCaps;
  readonly #takeFollower: TierLaneOptions['takeFollower'];
  readonly #shardOf: ShardOf | undefined;
  /** By namespace, and by the name of the shard behind it where one is known. */
  readonly #waiting = new Map<string, Fifo<PendingWrite>>();
  readonly #freeSlots: number[];
  #waitingWrites = 0;
  /** Writes that left since the sweep before the last, by slot; what takes longer is waited for by nobody. */
  readonly #inFlight = new Map<number, { readonly writes: number; sweeps: number }>();

  constructor({ tier, mode, slots, caps, takeFollower, shardOf }: TierLaneOptions) {
    this.tier = tier;
    this.mode = mode;
    this.#caps = caps;
    this.#takeFollower = takeFollower;
    this.#shardOf = shardOf;
    this.#freeSlots = Array.from({ length: slots }, (_, slot) => slot);
  }

  get hasWaiting(): boolean {
    return this.#waitingWrites > 0;
  }

  add(pending: PendingWrite): void {
    const { namespace } = pending.write;
    const shard = this.#shardOf?.(pending.write) ?? '';
    const name = shard === '' ? namespace : `${namespace}\0${shard}`;
    let queue = this.#waiting.get(name);
    if (queue === undefined) {
      queue = new Fifo();
      this.#waiting.set(name, queue);
    }
    queue.add(pending);
    this.#waitingWrites += 1;
  }

  /** The next batch and the slot for it; undefined when none is to leave now. */
  take(): { batch: Batch; slot: number } | undefined {
    const first = this.#waiting.entries().next();
    if (first.done === true) return undefined;
    if (this.#inFlight.size >= slotsAtOnce || !this.#isWorthSlot()) return undefined;
    const slot = this.#freeSlots.pop();
    if (slot === undefined) return undefined;
    const [name, queue] = first.value;
    const writes = this.#takeWithinCaps(queue);
    // Namespaces and shards take turns: what is left goes behind the others.
    this.#waiting.delete(name);
    if (queue.size > 0) this.#waiting.set(name, queue);
    const namespace = name.split('\0', 1)[0] as string;
    this.#inFlight.set(slot, { writes: writes.length, sweeps: 0 });
    return { batch: { namespace, tier: this.tier, mode: this.mode, writes }, slot };
  }

  giveBack(slot: number): void {
    this.#freeSlots.push(slot);
    this.#inFlight.delete(slot);
  }

  /** Called in every sweep: a batch that has been in flight for a whole one holds up no other. */
  age(): void {
    for (const [slot, batch] of this.#inFlight) {
      batch.sweeps += 1;
      if (batch.sweeps > 1) this.#inFlight.delete(slot);
    }
  }

  /** Takes out the writes whose deadline is over; they have never been sent. */
  removeExpired(nowMs: number): PendingWrite[] {
    const expired: PendingWrite[] = [];
    for (const [name, queue] of this.#waiting) {
      expired.push(...queue.removeWhere((pending) => pending.write.deadlineAtMs <= nowMs));
      if (queue.size === 0) this.#waiting.delete(name);
    }
    this.#waitingWrites -= expired.length;
    return expired;
  }

  /**
   * With others in flight, what waits leaves once it is at least half as much as the largest of them.
   * Otherwise a few that arrive behind a large batch take the other slot at once, those answered
   * meanwhile the next one, and soon all callers are in batches of a few: more commands for the same
   * writes. What stays is taken when a slot is given back, and after two sweeps at the latest: behind
   * a batch that is stuck nobody waits.
   */
  #isWorthSlot(): boolean {
    let largest = 0;
    for (const { writes } of this.#inFlight.values()) largest = Math.max(largest, writes);
    return this.#waitingWrites * 2 >= largest;
  }

  #takeWithinCaps(queue: Fifo<PendingWrite>): PendingWrite[] {
    const { maxWrites, maxBytes } = this.#caps;
    const writes: PendingWrite[] = [];
    let bytes = 0;
    for (;;) {
      const next = queue.peek();
      if (next === undefined || writes.length >= maxWrites) return writes;
      bytes += next.write.document.length;
      if (writes.length > 0 && bytes > maxBytes) return writes;
      writes.push(next);
      queue.take();
      this.#waitingWrites -= 1;
      while (writes.length < maxWrites) {
        const follower = this.#takeFollower(next, maxBytes - bytes);
        if (follower === undefined) break;
        bytes += follower.write.document.length;
        writes.push(follower);
      }
    }
  }
}
