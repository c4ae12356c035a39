import { parentPort, workerData } from 'node:worker_threads';

// Wakes the driver when a request is due; a thread of its own. A timer of the event loop can be more
// than a millisecond late, as long as a whole write takes; a thread that waits is late by a twentieth
// of that.

export interface MetronomeWork {
  /** When the first request is due, on the clock of `nowUs`. */
  readonly startUs: number;
  readonly perSecond: number;
  readonly requests: number;
  /** One number: 1 while the driver has been woken and has not looked yet. */
  readonly woken: Int32Array;
}

/** A clock that all threads of a process share. */
export function nowUs(): number {
  return Number(process.hrtime.bigint()) / 1_000;
}

/** When a request is due. */
export function dueAtUs(
  request: number,
  { startUs, perSecond }: Pick<MetronomeWork, 'startUs' | 'perSecond'>,
): number {
  return startUs + (request * 1_000_000) / perSecond;
}

/** Wakes until the last request is due. */
function beat(work: MetronomeWork, wake: () => void): void {
  const never = new Int32Array(new SharedArrayBuffer(4));
  for (let next = 0; next < work.requests;) {
    const waitUs = dueAtUs(next, work) - nowUs();
    if (waitUs > 0) {
      Atomics.wait(never, 0, 0, waitUs / 1_000);
      continue;
    }
    next += 1;
    if (Atomics.exchange(work.woken, 0, 1) === 0) wake();
  }
}

if (parentPort !== null) beat(workerData as MetronomeWork, () => parentPort?.postMessage(0));
