import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Clock, Log, Metrics } from '@headrace/base';
import type { OwnedPartitions } from '@headrace/writer';
import type { BufferKeys, PartitionKeys } from '../append/buffer-keys-port.ts';
import type { RedisPort } from '../append/redis-port.ts';
import { BacklogGauge } from './backlog-gauge.ts';
import { ByteBudget } from './byte-budget.ts';
import type { OpenPartitionWork } from './entry-port.ts';
import { Lease, leaseTimes, type LeaseTimes } from './lease.ts';
import { Leases, type Taken } from './leases.ts';
import { fairShare, fromRandomStart } from './partition-share.ts';
import { PartitionOwner } from './partition-owner.ts';
import { PollPace } from './poll-pace.ts';
import { Presence } from './presence.ts';
import { windowLimits, type WindowLimits } from './window.ts';

/** All partitions of a process together, in bytes. */
const maxHeldBytes = 67_108_864;

export interface BufferWorkerOptions {
  readonly redis: RedisPort;
  readonly keys: BufferKeys;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly openWork: OpenPartitionWork;
  /** The record of owners in MongoDB. */
  readonly owned: OwnedPartitions;
  readonly times?: LeaseTimes;
  readonly limits?: WindowLimits;
}

/** A partition whose lease is ours, and which has to be taken over yet. */
interface Leased {
  readonly partition: PartitionKeys;
  readonly lease: Lease;
  readonly taken: Taken;
}

/**
 * Owns a fair share of the partitions and reads them. Loses nothing when it dies: what it had in
 * hand is still in Redis, and whoever takes the partition over begins at its start.
 */
export class BufferWorker {
  readonly #options: BufferWorkerOptions;
  readonly #times: LeaseTimes;
  readonly #leases: Leases;
  readonly #presence: Presence;
  readonly #budget = new ByteBudget(maxHeldBytes);
  readonly #owners = new Map<PartitionKeys, PartitionOwner>();
  readonly #backlog: BacklogGauge;
  readonly #fenced;
  readonly #stopped = new AbortController();
  readonly #stopListening: () => void;
  #announcedAtMs = -Infinity;
  #livingWorkers = 1;
  #loops: Promise<unknown> = Promise.resolve();
  #takingOver: Promise<void> | undefined;

  constructor(options: BufferWorkerOptions) {
    const { redis, keys, metrics } = options;
    const workerId = randomUUID();
    this.#options = options;
    this.#times = options.times ?? leaseTimes;
    this.#leases = new Leases(redis, workerId, this.#times.holdMs);
    this.#presence = new Presence(redis, keys.workers, workerId);
    this.#backlog = new BacklogGauge(options);
    this.#fenced = metrics.counter({
      name: 'buffer_fenced_total',
      help: 'Partitions this worker found taken over by another one.',
      labels: [],
    });
    // What Redis holds after a lost connection may not be what was read before (a restart may
    // even bring released entries back), so everything is read again from the start.
    this.#stopListening = redis.onLost(() => {
      for (const partition of [...this.#owners.keys()]) {
        this.#drop(partition);
        void this.#strike(partition);
      }
    });
  }

  /** The partitions owned now. */
  get owned(): number {
    return this.#owners.size;
  }

  /** Starts to take partitions and to read them. */
  start(): void {
    this.#loops = Promise.all([this.#keepLeases(), this.#keepReading()]);
  }

  /** Reads no more, finishes what is at the database, and hands the partitions back. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#loops;
    await this.#takingOver;
    await Promise.all([...this.#owners.values()].map((owner) => this.#handBack(owner)));
    if (this.#options.redis.connected) {
      await this.#tolerate('The worker could not say that it ends.', this.#presence.withdraw());
    }
    this.#stopListening();
  }

  async #keepLeases(): Promise<void> {
    const everyMs = this.#times.renewEveryMs / 6;
    while (!this.#stopped.signal.aborted) {
      if (this.#options.redis.connected) {
        await this.#tolerate('Leases could not be kept.', this.#tendLeases());
      }
      await this.#pause(everyMs);
    }
  }

  async #tendLeases(): Promise<void> {
    const { clock, keys } = this.#options;
    const renewing = [...this.#owners.values()].filter((owner) => owner.lease.needsRenewal);
    await Promise.all(renewing.map((owner) => owner.confirmOwned()));
    if (clock.monotonicMs() - this.#announcedAtMs >= this.#times.renewEveryMs) {
      this.#announcedAtMs = clock.monotonicMs();
      this.#livingWorkers = await this.#presence.announce(this.#times.holdMs);
      await this.#tolerate(
        'The backlog could not be measured.',
        this.#backlog.measure(this.#owners.values()),
      );
    }
    const wanted = fairShare(keys.partitions.length, this.#livingWorkers);
    const surplus = [...this.#owners.values()].slice(wanted);
    for (const owner of surplus) {
      if (owner.isDraining) continue;
      void this.#tolerate('A partition could not be handed over.', this.#handBack(owner));
    }
    await this.#takeUpTo(wanted);
  }

  async #takeUpTo(wanted: number): Promise<void> {
    if (this.#takingOver !== undefined) return;
    const { clock, keys } = this.#options;
    const leased: Leased[] = [];
    for (const partition of fromRandomStart(keys.partitions)) {
      if (this.#owners.size + leased.length >= wanted || this.#stopped.signal.aborted) break;
      if (this.#owners.has(partition)) continue;
      const sentAtMs = clock.monotonicMs();
      const taken = await this.#leases.take(partition);
      if (taken === undefined) continue;
      leased.push({ partition, lease: new Lease(clock, this.#times, sentAtMs), taken });
    }
    // Beside the renewals: the database may be slow, and the other leases must not run out.
    if (leased.length > 0) this.#takingOver = this.#takeOver(leased);
  }

  /** What fails here is tried again by itself: a lease that is ours can be taken once more. */
  async #takeOver(leased: readonly Leased[]): Promise<void> {
    const taking = this.#options.owned.takeOver(leased.map(({ partition }) => partition.at));
    await this.#tolerate(
      'Partitions could not be taken over.',
      taking.then(() => {
        for (const { partition, lease, taken } of leased) {
          this.#owners.set(partition, this.#own(partition, lease, taken));
        }
      }),
    );
    this.#takingOver = undefined;
  }

  #own(partition: PartitionKeys, lease: Lease, { careful }: Taken): PartitionOwner {
    const { redis, clock, openWork, limits = windowLimits, log } = this.#options;
    return new PartitionOwner({
      ...{ redis, clock, partition, lease, careful, openWork, limits },
      leases: this.#leases,
      budget: this.#budget,
      onFenced: () => {
        this.#fenced.add({});
        log.warn({ partition: partition.at }, 'Another worker took this partition over.');
        this.#owners.delete(partition);
        void this.#strike(partition);
      },
    });
  }

  async #keepReading(): Promise<void> {
    const pace = new PollPace();
    let turn = 0;
    while (!this.#stopped.signal.aborted) {
      const owners = [...this.#owners.values()];
      turn += 1;
      const first = turn % Math.max(1, owners.length);
      const inTurn = [...owners.slice(first), ...owners.slice(0, first)];
      const read = { entries: 0, more: false };
      if (!pace.isSlow || !(await this.#isAllEmpty(owners))) {
        await Promise.all(inTurn.map((owner) => this.#readOnce(owner, read)));
      }
      await this.#pause(pace.next(read));
    }
  }

  /** An idle worker asks for all its partitions at once: no name, nothing queued. */
  async #isAllEmpty(owners: readonly PartitionOwner[]): Promise<boolean> {
    const { redis } = this.#options;
    if (owners.length === 0 || !redis.connected) return true;
    const names = owners.map(({ partition }) => partition.queued);
    let queued = 1;
    await this.#tolerate(
      'The partitions could not be looked at.',
      redis.command('EXISTS', ...names).then((reply) => {
        queued = reply as number;
      }),
    );
    return queued === 0;
  }

  async #readOnce(owner: PartitionOwner, read: { entries: number; more: boolean }): Promise<void> {
    if (!this.#options.redis.connected) return;
    const taking = owner.take();
    await this.#tolerate(
      'A partition could not be read.',
      taking.then(({ entries, more }) => {
        read.entries += entries;
        read.more ||= more;
      }),
    );
  }

  async #handBack(owner: PartitionOwner): Promise<void> {
    await this.#drainInTime(owner);
    if (this.#owners.get(owner.partition) !== owner) return;
    this.#drop(owner.partition);
    await this.#strike(owner.partition);
    if (!this.#options.redis.connected) return;
    await this.#tolerate('A lease was not given back.', this.#leases.giveBack(owner.partition));
  }

  /** No longer than the lease allows: what has no verdict by then is left to the next owner. */
  async #drainInTime(owner: PartitionOwner): Promise<void> {
    const drained = new AbortController();
    const tooLate = delay(this.#times.readForMs, undefined, { signal: drained.signal });
    await Promise.race([owner.drain(), tooLate]);
    tooLate.catch(() => undefined);
    drained.abort();
  }

  #drop(partition: PartitionKeys): void {
    this.#owners.get(partition)?.abandon();
    this.#owners.delete(partition);
  }

  /** Strikes a partition off our record: its next owner need not end our transactions. */
  async #strike({ at }: PartitionKeys): Promise<void> {
    const striking = this.#options.owned.handBack([at]);
    await this.#tolerate('A partition is still on record as ours.', striking);
  }

  /** Redis' failures are expected here: each of these calls is made again by itself. */
  async #tolerate(message: string, call: Promise<void>): Promise<void> {
    try {
      await call;
    } catch (cause) {
      this.#options.log.warn({ cause }, message);
    }
  }

  async #pause(forMs: number): Promise<void> {
    try {
      await delay(forMs, undefined, { signal: this.#stopped.signal });
    } catch (error) {
      if (!this.#stopped.signal.aborted) throw error;
    }
  }
}
