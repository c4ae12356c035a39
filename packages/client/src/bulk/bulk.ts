import type { Caller, CallOptions } from '../call/caller.ts';
import { HeadraceClientError, underKey } from '../errors.ts';
import type { Tier } from '../receipt.ts';
import { cutChunks, type Chunk } from './cut-chunks.ts';
import type { FailedLine } from './read-results.ts';
import { sendChunk, type ChunkResult } from './send-chunk.ts';

/** Failures the result holds; more are counted, and told to `onFailure`. */
const MAX_FAILURES = 1000;

/** What may be said about a bulk insert. Deadline (60,000 ms unless told) and tries are a request's. */
export interface BulkOptions extends CallOptions {
  /** The collection's own unless told. */
  readonly tier?: Tier | undefined;
  /**
   * Up to 220 characters. Run again with the same source and idempotency key, it resumes. One is
   * made unless told; the result and the error hold it.
   */
  readonly idempotencyKey?: string | undefined;
  /** Told of each line that failed for good. */
  readonly onFailure?: ((failure: BulkFailure) => void) | undefined;
}

/** A line that was not written; `line` is its place in the whole source, from 1. */
export type BulkFailure = FailedLine;

/** How a bulk insert ended. */
export interface BulkResult {
  readonly idempotencyKey: string;
  /** Documents of the source. */
  readonly lines: number;
  readonly applied: number;
  readonly queued: number;
  /** How many of those applied or queued were there already. */
  readonly replayed: number;
  readonly failed: number;
  /** The first 1,000 of them. */
  readonly failures: readonly BulkFailure[];
}

/** Inserts every document of a source, one request after the other. */
export async function bulk(
  source: Iterable<object> | AsyncIterable<object>,
  to: { readonly caller: Caller; readonly path: string; readonly options: BulkOptions },
): Promise<BulkResult> {
  const { caller, path, options } = to;
  const { tier, idempotencyKey = crypto.randomUUID(), onFailure } = options;
  const headers = {
    'content-type': 'application/x-ndjson',
    ...(tier === undefined ? {} : { 'x-consistency': tier }),
  };
  const sum = { lines: 0, applied: 0, queued: 0, replayed: 0, failed: 0 };
  const failures: BulkFailure[] = [];
  for await (const chunk of cutChunks(source)) {
    const key = `${idempotencyKey}/${chunk.number}`;
    const result = await sendChunk(chunk, {
      ...{ ...options, caller, path, headers, idempotencyKey: key },
    }).catch((thrown: unknown) => {
      throw thrown instanceof HeadraceClientError ? underKey(thrown, idempotencyKey) : thrown;
    });
    sum.lines += chunk.lines.length;
    sum.applied += result.applied;
    sum.queued += result.queued;
    sum.replayed += result.replayed;
    sum.failed += result.failuresOmitted;
    for (const failure of failuresOf(chunk, result)) {
      sum.failed += 1;
      if (failures.length < MAX_FAILURES) failures.push(failure);
      onFailure?.(failure);
    }
  }
  return { idempotencyKey, ...sum, failures };
}

function failuresOf(chunk: Chunk, result: ChunkResult): BulkFailure[] {
  const unwritten = [...chunk.unwritten].map(([line, error]) => {
    const { code, status, detail, retryable } = error;
    return { line, status, code, detail, retryable };
  });
  return [...unwritten, ...result.failures]
    .sort((a, b) => a.line - b.line)
    .map((failure) => ({ ...failure, line: chunk.linesBefore + failure.line }));
}
