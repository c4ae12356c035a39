import type { OfferedLoad, OfferedResult } from './offered-load.ts';
import { runJob } from './run-program.ts';

const PROGRAM = new URL('open-loop-program.ts', import.meta.url);

/** A lag below this hides nothing: two waiting threads of a busy machine take turns in it. */
const SMALL_LAG_MS = 1;
/** What of the measured latency may be the driver's own. */
const LAG_SHARE = 0.2;

/**
 * Offers a load from a process of its own. Latencies are counted from when each request was due, so
 * a server that stops is seen by all that would have come in the meantime (no coordinated omission).
 * @throws HeadraceError `program-failed`; the signal's reason
 */
export async function offerLoad(load: OfferedLoad, signal: AbortSignal): Promise<OfferedResult> {
  return (await runJob(PROGRAM, load, signal)) as OfferedResult;
}

/**
 * Whether a measurement has to be refused: the driver itself was what was slow. At the 99th
 * percentile its lag may be a fifth of the latency, or a millisecond.
 */
export function isTooLate({
  lagMs,
  latencyMs,
}: Pick<OfferedResult, 'lagMs' | 'latencyMs'>): boolean {
  return lagMs.p99 > Math.max(SMALL_LAG_MS, latencyMs.p99 * LAG_SHARE);
}
