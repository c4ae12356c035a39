import { backOffMs } from '../call/back-off.ts';
import type { Caller, CallOptions } from '../call/caller.ts';
import { pause } from '../call/pause.ts';
import { ownError } from '../errors.ts';
import type { Chunk } from './cut-chunks.ts';
import { readResults, type FailedLine, type Results } from './read-results.ts';

const DEADLINE_MS = 60_000;
const MAX_TRIES = 30;

export interface ChunkOptions extends CallOptions {
  readonly caller: Caller;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly idempotencyKey: string;
}

/** How a chunk ended: what all its requests counted, and what failed for good. */
export interface ChunkResult {
  readonly applied: number;
  readonly queued: number;
  readonly replayed: number;
  readonly failures: readonly FailedLine[];
  readonly failuresOmitted: number;
}

/**
 * Sends a chunk; what passes (429, 503, 504) is sent again until the deadline, those lines alone.
 * Each line keeps its place, and so its idempotency key: an empty line stands for one that is done.
 * @throws HeadraceClientError where a request as a whole was refused or not answered
 */
export async function sendChunk(chunk: Chunk, options: ChunkOptions): Promise<ChunkResult> {
  const { deadlineMs = DEADLINE_MS, maxTries = MAX_TRIES, signal } = options;
  const untilMs = performance.now() + deadlineMs;
  const sum = { applied: 0, queued: 0, replayed: 0, failuresOmitted: 0 };
  const failures: FailedLine[] = [];
  let { lines } = chunk;
  for (let tries = 1; ; tries++) {
    const leftMs = Math.max(1, untilMs - performance.now());
    const { counts, failures: told } = await request(lines, { ...options, deadlineMs: leftMs });
    sum.applied += counts.applied;
    sum.queued += counts.queued;
    sum.replayed += counts.replayed;
    sum.failuresOmitted += counts.failuresOmitted ?? 0;
    const passing = told.filter(({ retryable }) => retryable);
    failures.push(...told.filter(({ retryable }) => !retryable));
    const toldMs = Math.max(0, ...passing.map(({ retryAfterMs = 0 }) => retryAfterMs));
    const waitMs = backOffMs(tries, toldMs, Math.random());
    const isOver = tries >= maxTries || performance.now() + waitMs >= untilMs;
    if (passing.length === 0 || isOver) return { ...sum, failures: [...failures, ...passing] };
    await pause(waitMs, signal);
    const again = new Set(passing.map(({ line }) => line));
    lines = lines.map((text, at) => (again.has(at + 1) ? text : ''));
  }
}

/** One request, again where no answer came: what was applied then is replayed. */
async function request(lines: readonly string[], options: ChunkOptions): Promise<Results> {
  const {
    caller,
    path,
    headers,
    idempotencyKey,
    deadlineMs,
    maxTries = MAX_TRIES,
    signal,
  } = options;
  const body = `${lines.join('\n')}\n`;
  const call = { method: 'POST', path, headers, body, idempotencyKey } as const;
  const { text } = await caller.call(call, { deadlineMs, maxTries, signal });
  const results = readResults(text);
  if (results === undefined) {
    throw ownError('no-answer', 'the results were cut off', { idempotencyKey });
  }
  return results;
}
