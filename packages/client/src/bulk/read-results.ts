import { parseObject } from '../call/read-problem.ts';

/** A line that was refused, numbered from 1 within its request. */
export interface FailedLine {
  readonly line: number;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly retryable: boolean;
  readonly retryAfterMs?: number;
  readonly writeId?: string;
}

/** The last line of an answer. */
export interface Counts {
  readonly lines: number;
  readonly applied: number;
  readonly queued: number;
  readonly replayed: number;
  readonly failed: number;
  /** Failed lines that were not told. */
  readonly failuresOmitted?: number;
}

export interface Results {
  readonly counts: Counts;
  readonly failures: readonly FailedLine[];
}

/** Reads the answer to a `_bulk` request; undefined where it was cut off before its last line. */
export function readResults(text: string): Results | undefined {
  const lines = text.trimEnd().split('\n');
  const last = parseObject(lines.pop() ?? '');
  if (last?.['done'] !== true) return undefined;
  return {
    counts: last as unknown as Counts,
    failures: lines.map((line) => JSON.parse(line) as FailedLine),
  };
}
