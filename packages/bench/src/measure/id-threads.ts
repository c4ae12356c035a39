import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { makeIds, type IdCase, type IdCount } from './id-cases.ts';
import type { IdWork } from './id-worker.ts';

/** One measurement of one way to make ids. */
export interface IdRow {
  readonly round: number;
  readonly name: IdCase;
  /** Worker threads that made ids at the same time; 0: the main thread, alone. */
  readonly threads: number;
  /** What one id cost the thread that made it, in nanoseconds of wall clock. */
  readonly nsPerId: number;
  /** By all threads together. */
  readonly idsPerSecond: number;
}

export interface IdStep {
  readonly round: number;
  readonly name: IdCase;
  readonly threads: number;
  readonly warmUpMs: number;
  readonly forMs: number;
}

/** Measures one step: on this thread, or on worker threads that begin together. */
export async function measureIds(step: IdStep): Promise<IdRow> {
  const { round, name, threads } = step;
  const counts = threads === 0 ? [countHere(step)] : await countInThreads(step);
  const ids = counts.reduce((sum, count) => sum + count.ids, 0);
  const ms = counts.reduce((sum, count) => sum + count.ms, 0);
  return {
    ...{ round, name, threads },
    nsPerId: Number(((ms * 1e6) / ids).toFixed(1)),
    idsPerSecond: Math.round((ids * counts.length * 1_000) / ms),
  };
}

function countHere({ name, warmUpMs, forMs }: IdStep): IdCount {
  makeIds(name, warmUpMs);
  return makeIds(name, forMs);
}

async function countInThreads({
  name,
  warmUpMs,
  forMs,
  threads,
}: IdStep): Promise<readonly IdCount[]> {
  const ready = new Int32Array(new SharedArrayBuffer(4));
  const workerData: IdWork = { name, warmUpMs, forMs, threads, ready };
  const program = new URL('id-worker.ts', import.meta.url);
  const workers = Array.from({ length: threads }, () => new Worker(program, { workerData }));
  return await Promise.all(
    workers.map(async (worker) => {
      const [count] = (await once(worker, 'message')) as [IdCount];
      await worker.terminate();
      return count;
    }),
  );
}
