import { benchErrors } from '../errors.ts';

const POLL_EVERY_MS = 100;
/** Far above what a burst takes to drain: only a worker that stands still gets there. */
const DRAIN_WITHIN_SECONDS = 900;

/**
 * Waits until nothing is left of a backlog.
 * @throws HeadraceError `wait-too-long`; the signal's reason
 */
export async function drainBacklog(
  backlog: () => Promise<number>,
  signal: AbortSignal,
): Promise<void> {
  const deadlineMs = performance.now() + DRAIN_WITHIN_SECONDS * 1_000;
  while ((await backlog()) > 0) {
    signal.throwIfAborted();
    if (performance.now() > deadlineMs) {
      const what = 'the worker has emptied the buffer';
      throw benchErrors.create('wait-too-long', { what, seconds: DRAIN_WITHIN_SECONDS });
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_EVERY_MS));
  }
}
