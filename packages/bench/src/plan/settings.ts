import { FAMILIES, type Case, type CaseName } from './cases.ts';

/** How much is measured. */
export interface Settings {
  readonly rounds: number;
  readonly connections: readonly number[];
  readonly cases: readonly CaseName[];
  /** Length of a load, by its kind. */
  readonly seconds: Readonly<Record<Case['load'], number>>;
  /** What is offered, as shares of the plain route's best rate. */
  readonly shares: readonly number[];
  /** Load before each measurement, not counted: compiled code and open connections. */
  readonly warmUpSeconds: number;
  /** Length of each load that chooses the plain route's pool and parser. */
  readonly preRunSeconds: number;
}

export const WHOLE: Settings = {
  rounds: 5,
  connections: [1, 8, 64, 256],
  cases: FAMILIES.inserts,
  seconds: { usual: 5, burst: 30, sustained: 120, offered: 4 },
  shares: [0.25, 0.5, 0.8, 0.95],
  warmUpSeconds: 2,
  preRunSeconds: 4,
};

/** Shows in minutes that everything works. Its figures say nothing. */
export const QUICK: Settings = {
  rounds: 1,
  connections: [1, 64, 256],
  cases: FAMILIES.inserts,
  seconds: { usual: 2, burst: 2, sustained: 4, offered: 2 },
  shares: WHOLE.shares,
  warmUpSeconds: 1,
  preRunSeconds: 1,
};
