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
  { what, connections }: { readonly what: string; readonly connections: number },
): void {
  const { answered } = seen;
  const open = connections + seen.refused + seen.socketErrors;
  if (stored >= answered && stored <= answered + open) return;
  throw benchErrors.create('count-mismatch', { what, answered, stored, open });
}
