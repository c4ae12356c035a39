import type { Clock, Metrics } from '@headrace/base';
import type { Write } from '@headrace/writer';
import type { AppendAnswer, BufferDurability } from '../accept/lanes-port.ts';
import type { BufferKeys } from './buffer-keys-port.ts';
import { GroupCommitter } from './group-committer.ts';
import { JointCall } from './joint-call.ts';
import type { RedisPort } from './redis-port.ts';
import type { ReplicaWait } from './replica-wait.ts';
import { unavailable } from './refusal.ts';

export interface AppenderOptions {
  readonly redis: RedisPort;
  readonly keys: BufferKeys;
  readonly clock: Clock;
  readonly metrics: Metrics;
  /** `buffer.maxEntries`, a tenant and partition. */
  readonly maxEntries: number;
  readonly generation: () => string;
  readonly durability: () => BufferDurability;
  /** Where replicas have to hold a write before it is answered. */
  readonly replicas: ReplicaWait | undefined;
  /** Whether the partitions may lie on different nodes. */
  readonly isCluster: () => boolean;
  readonly onRepartitioned: () => void;
}

/**
 * The front of the buffered lane: a write is answered once Redis holds it. Calls leave in rounds:
 * what arrives while the calls of a round are under way forms the next round, whose groups share
 * their call. Without rounds each partition would send as soon as its own call is back, and under
 * 64 callers a call would carry hardly more than one write.
 */
export class Appender {
  readonly #options: AppenderOptions;
  readonly #committers: Map<string, GroupCommitter>[];
  #touched = new Set<GroupCommitter>();
  /** The calls of a round have not all been tried. A repeat is not waited for. */
  #roundUnderWay = false;
  #roundScheduled = false;
  readonly #stopListening: () => void;

  constructor(options: AppenderOptions) {
    this.#options = options;
    this.#committers = options.keys.partitions.map(() => new Map<string, GroupCommitter>());
    this.#stopListening = options.redis.onLost(() => {
      for (const committer of this.#all()) committer.refuseUnsent(unavailable());
    });
  }

  /** Queues a write; `settle` is called once, never synchronously. */
  append(write: Write, settle: (answer: AppendAnswer) => void): void {
    const { redis, clock } = this.#options;
    if (!redis.connected) {
      const error = unavailable();
      queueMicrotask(() => {
        settle({ state: 'not-written', error });
      });
      return;
    }
    const committer = this.#committerOf(write);
    committer.add({ write, settle, acceptedAtEpochMs: clock.epochMs() });
    this.#touch(committer);
  }

  /** Resolves when every append under way has been answered; bounded by their deadlines. */
  async stop(): Promise<void> {
    for (const committer of this.#all()) await committer.idle();
    this.#stopListening();
  }

  #touch(committer: GroupCommitter): void {
    this.#touched.add(committer);
    this.#scheduleRound();
  }

  /** Writes that arrive in one turn of the event loop go together. */
  #scheduleRound(): void {
    if (this.#roundScheduled || this.#roundUnderWay) return;
    this.#roundScheduled = true;
    setImmediate(this.#startRound);
  }

  readonly #startRound = (): void => {
    this.#roundScheduled = false;
    const touched = this.#touched;
    this.#touched = new Set();
    const { redis, isCluster } = this.#options;
    const call = new JointCall(redis, isCluster());
    let untried = 0;
    const tried = (): void => {
      untried -= 1;
      if (untried > 0) return;
      this.#roundUnderWay = false;
      if (this.#touched.size > 0) this.#scheduleRound();
    };
    for (const committer of touched) if (committer.flush(call, tried)) untried += 1;
    this.#roundUnderWay = untried > 0;
    call.send();
  };

  #committerOf(write: Write): GroupCommitter {
    const { redis, clock, keys, maxEntries, generation, durability, replicas, onRepartitioned } =
      this.#options;
    const partition = keys.partitionOf(write.namespace, write.canonicalId);
    const ofPartition = this.#committers[partition.at] as Map<string, GroupCommitter>;
    const { tenant } = write;
    let committer = ofPartition.get(tenant);
    if (committer === undefined) {
      committer = new GroupCommitter({
        ...{ redis, clock, partition, tenant, maxEntries, generation, durability, replicas },
        onRepartitioned,
        onMore: (committer) => {
          this.#touch(committer);
        },
      });
      ofPartition.set(tenant, committer);
    }
    return committer;
  }

  *#all(): Iterable<GroupCommitter> {
    for (const ofPartition of this.#committers) yield* ofPartition.values();
  }
}
