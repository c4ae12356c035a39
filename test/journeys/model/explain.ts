import { step, type ModelOperation, type ModelState } from './sequential-model.ts';

/** An operation as its caller saw it. */
export interface Seen {
  readonly operation: ModelOperation;
  /**
   * The answer's status; `any`: queued, so that nothing is known but that it happens once; `lost`:
   * no answer came and none will, so it happened once or not at all.
   */
  readonly answer: number | 'any' | 'lost';
}

/** What each caller did to one document, in the caller's own order. */
export type History = readonly (readonly Seen[])[];

/**
 * Looks for an order of all operations that keeps each caller's own, gives every caller the answer
 * it saw, and ends with what is stored. An operation without an answer may be late: it may take
 * effect after what its caller did next.
 * @returns false when there is no such order: the history can't be explained
 */
export function canBeExplained(history: History, stored: ModelState): boolean {
  const seen = new Set<string>();
  const search = (
    at: readonly number[],
    late: readonly ModelOperation[],
    state: ModelState,
  ): boolean => {
    const name = JSON.stringify([at, late, state]);
    if (seen.has(name)) return false;
    seen.add(name);
    const isDone = at.every((next, caller) => next === history[caller]?.length);
    // What is still late may not have happened at all.
    if (isDone && isSame(state, stored)) return true;
    return (
      late.some((operation, i) => search(at, late.toSpliced(i, 1), step(state, operation).state)) ||
      at.some((next, caller) => {
        const one = history[caller]?.[next];
        if (one === undefined) return false;
        const after = at.with(caller, next + 1);
        if (one.answer === 'lost') return search(after, [...late, one.operation], state);
        const { state: changed, status } = step(state, one.operation);
        return (one.answer === 'any' || one.answer === status) && search(after, late, changed);
      })
    );
  };
  return search(
    history.map(() => 0),
    [],
    undefined,
  );
}

function isSame(one: ModelState, other: ModelState): boolean {
  return one?.n === other?.n && one?.s === other?.s && one?.by === other?.by;
}
