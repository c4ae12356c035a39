import { parentPort, workerData } from 'node:worker_threads';
import { makeIds, type IdCase } from './id-cases.ts';

// A thread that makes ids when all threads are ready; started by id-threads.ts.

export interface IdWork {
  readonly name: IdCase;
  readonly warmUpMs: number;
  readonly forMs: number;
  readonly threads: number;
  /** One number: how many threads are ready. */
  readonly ready: Int32Array;
}

const { name, warmUpMs, forMs, threads, ready } = workerData as IdWork;
makeIds(name, warmUpMs);
Atomics.add(ready, 0, 1);
Atomics.notify(ready, 0);
for (let now = Atomics.load(ready, 0); now < threads; now = Atomics.load(ready, 0)) {
  Atomics.wait(ready, 0, now);
}
parentPort?.postMessage(makeIds(name, forMs));
