import { createHash, randomUUID } from 'node:crypto';
import { noMetrics, silentLog, systemClock } from '@headrace/base';
import { idOfDocument, type Write, type WriteDesk } from '@headrace/writer';
import { serialize, type Document } from 'bson';
import type { AppendAnswer } from '../../src/accept/lanes-port.ts';
import { BufferKeys } from '../../src/append/buffer-keys-port.ts';
import { RedisClient } from '../../src/append/redis-client.ts';
import type { RedisPort } from '../../src/append/redis-port.ts';
import type { RedisSettings } from '../../src/configuration-port.ts';
import {
  openAppender,
  openBufferWorker,
  type BufferWorkerSettings,
  type OpenAppender,
  type OpenBufferWorker,
} from '../../src/compose-buffer.ts';

/** Leases that tests can wait for. */
export const shortLeases = { holdMs: 1_500, renewEveryMs: 300, readForMs: 1_000 };

/** A lane with names of its own, so that one server serves all tests of a file. */
export interface LaneNames {
  readonly prefix: string;
  readonly partitions: number;
}

export function freshNames(partitions = 4): LaneNames {
  return { prefix: `t${randomUUID().slice(0, 8)}`, partitions };
}

interface AppenderSettings {
  readonly maxEntries?: number;
  /** Further settings of Redis. */
  readonly redis?: Partial<RedisSettings>;
}

export async function appenderOf(
  uri: string,
  { prefix, partitions }: LaneNames,
  { maxEntries = 250_000, redis = {} }: AppenderSettings = {},
): Promise<OpenAppender> {
  return await openAppender({
    redis: { uri, prefix, minReplicas: 0, ...redis },
    buffer: { partitions, maxEntries },
    ...{ clock: systemClock, log: silentLog, metrics: noMetrics },
  });
}

export async function workerOf(
  uri: string,
  { prefix, partitions }: LaneNames,
  settings: Pick<BufferWorkerSettings, 'desk' | 'database'> & Partial<BufferWorkerSettings>,
): Promise<OpenBufferWorker> {
  return await openBufferWorker({
    redis: { uri, prefix, minReplicas: 0 },
    buffer: { partitions, maxEntries: 250_000 },
    ...{ clock: systemClock, log: silentLog, metrics: noMetrics, times: shortLeases },
    ...settings,
  });
}

/** A write as the writer would make it, for tests that need no database. */
export function bareWrite(fields: Document = {}, changed: Partial<Write> = {}): Write {
  const document = serialize({ _id: randomUUID(), ...fields });
  return {
    id: idOfDocument(document),
    ...{
      op: 'insert',
      upsert: false,
      ledgered: false,
      suspect: false,
      sid: undefined,
      tenant: 'default',
      namespace: 'shop.orders',
      tier: 'eventual',
    },
    ...{ writeId: randomUUID(), keyed: true, idOrigin: 'caller', canonicalId: 'same' },
    ...{ document, fingerprint: createHash('sha256').update(document).digest() },
    deadlineAtMs: systemClock.monotonicMs() + 10_000,
    ...changed,
  };
}

export function append(appender: OpenAppender, write: Write): Promise<AppendAnswer> {
  return new Promise((resolve) => {
    appender.append(write, resolve);
  });
}

/** `queued`, or the code of the error. */
export function outcome(answer: AppendAnswer): string {
  if (answer.state === 'queued') return answer.replayed ? 'replayed' : 'queued';
  return `${answer.state}: ${answer.error.code}`;
}

/** A second pair of eyes on Redis. */
export async function lookInto(uri: string): Promise<RedisClient> {
  const redis = new RedisClient({ uri, log: silentLog });
  await redis.connect();
  return redis;
}

export async function backlog(
  redis: RedisPort,
  { prefix, partitions }: LaneNames,
  tenant = 'default',
): Promise<number> {
  let entries = 0;
  for (const partition of new BufferKeys(prefix, partitions).partitions) {
    entries += (await redis.command('XLEN', partition.stream(tenant))) as number;
  }
  return entries;
}

/** The desk, with another way in. */
export function deskWith(desk: WriteDesk, submit: WriteDesk['submit']): WriteDesk {
  return {
    submit,
    client: desk.client,
    partitions: desk.partitions,
    transactions: desk.transactions,
    prepareInsert: (request) => desk.prepareInsert(request),
    prepareChange: (request) => desk.prepareChange(request),
    restore: (stored) => desk.restore(stored),
  };
}
