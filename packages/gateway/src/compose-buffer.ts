import type { Clock, Gauge, Log, Metrics } from '@headrace/base';
import { Ledger, type WriteDesk } from '@headrace/writer';
import type { BufferDurability, Lanes } from './accept/lanes-port.ts';
import { Appender } from './append/appender.ts';
import { BufferKeys } from './append/buffer-keys-port.ts';
import { DurabilityWatch } from './append/durability-watch.ts';
import { PartitionLayout } from './append/partition-layout.ts';
import { RedisClient } from './append/redis-client.ts';
import { ReplicaWait } from './append/replica-wait.ts';
import { InHand } from './apply/in-hand.ts';
import { LoneTries } from './apply/lone-tries.ts';
import { PartitionApplier } from './apply/partition-applier.ts';
import { Burials } from './bury/burials.ts';
import { LetterParts } from './bury/letter-parts.ts';
import { PartSweep } from './bury/part-sweep.ts';
import { openLetters } from './compose-dead-letters.ts';
import type { Configuration } from './configuration-port.ts';
import { Releases } from './settle/releases.ts';
import { BufferWorker } from './take/buffer-worker.ts';
import type { OpenPartitionWork } from './take/entry-port.ts';
import type { LeaseTimes } from './take/lease.ts';
import type { WindowLimits } from './take/window.ts';

export interface BufferOptions {
  readonly redis: NonNullable<Configuration['redis']>;
  readonly buffer: Configuration['buffer'];
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** The front half of the buffered lane. */
export interface OpenAppender {
  readonly append: NonNullable<Lanes['append']>;
  /** What receipts may say of Redis now. */
  readonly durability: () => BufferDurability;
  /** For readiness, and for looking a write up. */
  readonly redis: RedisClient;
  readonly keys: BufferKeys;
  /** Resolves when every append under way was answered. */
  stop(): Promise<void>;
}

/**
 * Connects to Redis, agrees on the partitions and is then ready to queue writes.
 * @throws HeadraceError `redis-lost`, `partitions-differ`, `eviction-allowed`
 */
export async function openAppender(options: BufferOptions): Promise<OpenAppender> {
  const { clock, log, metrics } = options;
  const { redis, keys, layout } = await connect(options);
  const { declaredFsync, minReplicas } = options.redis;
  const watch = new DurabilityWatch({ redis, log, declaredFsync });
  await orClose(redis, watch.start());
  const durability = (): BufferDurability => watch.current;
  const appender = new Appender({
    ...{ redis, keys, clock, metrics, durability },
    replicas:
      minReplicas > 0 ? new ReplicaWait({ redis, minReplicas, mark: keys.mark, log }) : undefined,
    maxEntries: options.buffer.maxEntries,
    generation: () => layout.generation,
    isCluster: () => watch.isCluster,
    onRepartitioned: () => {
      layout.refresh();
    },
  });
  return {
    ...{ durability, redis, keys },
    append: (write, settle) => {
      appender.append(write, settle);
    },
    stop: async () => {
      watch.stop();
      await appender.stop();
      redis.close();
    },
  };
}

export interface BufferWorkerSettings extends BufferOptions {
  readonly desk: WriteDesk;
  /** `mongodb.database`: dead letters and ledger. */
  readonly database: string;
  readonly times?: LeaseTimes;
  readonly limits?: WindowLimits;
}

export interface OpenBufferWorker {
  readonly worker: BufferWorker;
  readonly redis: RedisClient;
  /** Finishes what is at the database, hands the partitions back, disconnects. */
  stop(): Promise<void>;
}

/**
 * Connects to Redis, makes the indexes of the records and starts to work the buffer off.
 * @throws HeadraceError `redis-lost`, `partitions-differ`
 */
export async function openBufferWorker(options: BufferWorkerSettings): Promise<OpenBufferWorker> {
  const { desk, clock, log, metrics, times, limits } = options;
  const { redis, keys } = await connect(options);
  const openWork = await orClose(redis, preparePartitionWork(options, redis));
  const worker = new BufferWorker({
    ...{ redis, keys, clock, log, metrics, openWork, owned: desk.partitions },
    ...(times === undefined ? {} : { times }),
    ...(limits === undefined ? {} : { limits }),
  });
  worker.start();
  const sweep = new PartSweep(new LetterParts(desk.client, desk.client.db(options.database)), log);
  return {
    ...{ worker, redis },
    stop: async () => {
      await worker.stop();
      await sweep.stop();
      redis.close();
    },
  };
}

/** Makes the collections of the records ready, and wires apply/ to settle/. */
async function preparePartitionWork(
  options: BufferWorkerSettings,
  redis: RedisClient,
): Promise<OpenPartitionWork> {
  const { desk, database, clock, log, metrics } = options;
  const records = desk.client.db(database);
  const ledger = new Ledger(records);
  const { letters, states, marks, parts } = openLetters(desk, database);
  await Promise.all([ledger.createIndexes(), letters.createIndexes(), marks.createIndexes()]);
  const burials = new Burials(states, parts);
  const settled = metrics.counter({
    name: 'buffer_settled_total',
    help: 'Queued writes that left Redis with their final state.',
    labels: ['state'],
  });
  const buried = metrics.counter({
    name: 'buffer_dead_letters_total',
    help: 'Queued writes that became dead letters.',
    labels: ['code'],
  });
  const parkedGauge = metrics.gauge({
    name: 'buffer_parked_entries',
    help: 'Queued writes that wait for their next attempt.',
    labels: [],
  });
  const unreadableGauge = metrics.gauge({
    name: 'buffer_unreadable_entries',
    help: 'Queued writes that stay in Redis as this worker can not read them: newer, or damaged.',
    labels: [],
  });
  const parkedChanged = summing(parkedGauge);
  const unreadableChanged = summing(unreadableGauge);
  const inHand = new InHand();
  return ({ partition, token, careful, reader }) => {
    const releases = new Releases({ redis, log, partition, token, reader, settled });
    return new PartitionApplier({
      ...{ desk, burials, ledger, releases, reader, clock, log, buried },
      ...{ parkedChanged, unreadableChanged },
      ...{ careful, inHand, loneTries: new LoneTries({ redis, log, partition, token }) },
      partition: partition.at,
    });
  };
}

/** All partitions of a process together. */
function summing(gauge: Gauge): (by: number) => void {
  let sum = 0;
  return (by) => {
    sum += by;
    gauge.set({}, sum);
  };
}

async function connect(
  options: BufferOptions,
): Promise<{ redis: RedisClient; keys: BufferKeys; layout: PartitionLayout }> {
  const { prefix } = options.redis;
  const { log } = options;
  const redis = new RedisClient({ ...options.redis, log });
  await redis.connect();
  const keys = new BufferKeys(prefix, options.buffer.partitions);
  const layout = new PartitionLayout({ redis, keys, prefix, log });
  await orClose(redis, layout.agree());
  return { redis, keys, layout };
}

async function orClose<T>(redis: RedisClient, start: Promise<T>): Promise<T> {
  try {
    return await start;
  } catch (cause) {
    redis.close();
    throw cause;
  }
}
