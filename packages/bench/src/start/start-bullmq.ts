import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { StopOrder } from '@headrace/base';
import { startRedis } from '@headrace/local-servers';
import { Redis } from 'ioredis';
import { QUEUE } from '../routes/bullmq-settings.ts';
import { drainBacklog } from './drain-backlog.ts';
import { routeSubject, startRouteProgram } from './start-route.ts';
import { COLLECTION, DATABASE, type Subject } from './subject.ts';

/**
 * Jobs of the worker at the same time. From 16 to 200 a worker drained 2,600 to 3,400 jobs/s here; the
 * most with 100 of them and the pool of the plain route.
 */
const CONCURRENCY = 100;

/** The lists and sets that hold jobs which are not done, by BullMQ's names. */
const OPEN_JOBS = { lists: ['wait', 'active'], sets: ['delayed', 'prioritized'] };

/**
 * A Redis of its own with what BullMQ asks for (append-only file, noeviction), the route that adds
 * jobs, and one worker, each a process of its own.
 */
export async function startBullmq(start: {
  readonly mongodbUri: string;
  readonly folder: string;
  /** `maxPoolSize` of the worker's driver. */
  readonly pool: number;
}): Promise<Subject> {
  const order = new StopOrder();
  try {
    return await startAll(start, order);
  } catch (cause) {
    await order.stop();
    throw cause;
  }
}

async function startAll(
  { mongodbUri, folder, pool }: Parameters<typeof startBullmq>[0],
  order: StopOrder,
): Promise<Subject> {
  const home = await mkdtemp(join(folder, 'bullmq-'));
  order.add('folder', () => rm(home, { recursive: true }));
  const redis = await startRedis({ folder: join(home, 'redis') });
  order.add('redis', () => ended(redis));
  const probe = new Redis(redis.uri);
  order.add('probe', () => {
    probe.disconnect();
  });
  const route = await startRouteProgram('bullmq', ['--redis', redis.uri]);
  order.add('route', () => ended(route));
  const worker = await startRouteProgram('bullmq-worker', [
    ...['--redis', redis.uri, '--uri', mongodbUri],
    ...['--database', DATABASE, '--collection', COLLECTION],
    ...['--pool', String(pool), '--concurrency', String(CONCURRENCY)],
  ]);
  order.add('worker', () => ended(worker));
  const backlog = (): Promise<number> => countOpenJobs(probe);
  return {
    ...routeSubject(route),
    pids: { server: route.pid, redis: redis.pid, worker: worker.pid },
    backlog,
    drain: (signal) => drainBacklog(backlog, signal),
    stop: () => order.stop(),
  };
}

async function countOpenJobs(redis: Redis): Promise<number> {
  const { lists, sets } = OPEN_JOBS;
  const counts = await Promise.all([
    ...lists.map((name) => redis.llen(`bull:${QUEUE}:${name}`)),
    ...sets.map((name) => redis.zcard(`bull:${QUEUE}:${name}`)),
  ]);
  return counts.reduce((sum, count) => sum + count, 0);
}

async function ended(running: { stop(): Promise<unknown> }): Promise<void> {
  await running.stop();
}
