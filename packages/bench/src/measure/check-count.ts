import type { LoadResult } from '../drive/load.ts';
import { benchErrors } from '../errors.ts';

/**
 * When its time is over the driver leaves: each of its connections may have one write under way that
 * is stored and never counted, and so may one that was answered with an error. No other difference
 * is right.
 * @throws HeadraceError `count-mismatch` when an acknowledged write is missing, or too many are stored
 */
export function checkCount(
  stored: number,
  seen: Pick<LoadResult, 'answered' | 'refused' | 'socketErrors'>,
  {
    what,
    connections,
    countsTries = false,
  }: {
    readonly what: string;
    readonly connections: number;
    /** A try that came to nothing may be among the stored: too many say nothing then. */
    readonly countsTries?: boolean;
  },
): void {
  const { answered } = seen;
  const open = connections + seen.refused + seen.socketErrors;
  if (stored >= answered && (countsTries || stored <= answered + open)) return;
  throw benchErrors.create('count-mismatch', { what, answered, stored, open });
}
