import type { FirstRow } from '../measure/measure-first.ts';
import {
  FIRST_CASES,
  FIRST_CASE_NAMES,
  FIRST_REQUESTS,
  type FirstCase,
} from '../plan/first-cases.ts';
import { alignCells } from './align-cells.ts';
import { median } from './ratios.ts';
import type { Surroundings } from './surroundings.ts';

/** A ratio of two times over the rounds. */
export interface TimeRatio {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  /** The ratio within each round. */
  readonly perRound: readonly number[];
}

export type TimeRatios = Readonly<Record<string, TimeRatio>>;

/** Everything about one run, as it is kept: `bench/results/first.json`. */
export interface FirstResults extends Surroundings {
  /** Begins a line for a person who opens the file. */
  readonly about: string;
  readonly ratios: TimeRatios;
  readonly rounds: readonly FirstRow[];
}

const ABOUT =
  'What the first requests of a process wait for. readyMs: until it took requests; firstMs: until the last of the first requests was answered; steadyMs: the same once everything is warm.';
const HEAD = ['process', 'requests', 'ready ms', 'first ms', 'slowest', 'steady ms'];
const WIDTHS = [18, 9, 10, 10, 10, 11];

export function firstResults(
  surroundings: Surroundings,
  rounds: readonly FirstRow[],
): FirstResults {
  return { about: ABOUT, ...surroundings, ratios: timeRatios(rounds), rounds };
}

/** First requests over those of others, and over the steady ones; each formed within a round. */
export function timeRatios(rounds: readonly FirstRow[]): TimeRatios {
  const ratios: Record<string, TimeRatio> = {};
  for (const requests of FIRST_REQUESTS) {
    const of = (name: FirstCase): readonly FirstRow[] => rowsOf(rounds, name, requests);
    const firsts = of('headrace').map(({ firstMs }) => firstMs);
    const over = (name: string, under: readonly number[]): void => {
      const perRound = firsts.map((ms, at) => Number((ms / (under[at] ?? NaN)).toFixed(4)));
      const [min, max] = [Math.min(...perRound), Math.max(...perRound)];
      ratios[`${name}At${requests}`] = { median: median(perRound), min, max, perRound };
    };
    over(
      'firstToDriverCold',
      of('driverCold').map(({ firstMs }) => firstMs),
    );
    over(
      'firstToDriverConnected',
      of('driverConnected').map(({ firstMs }) => firstMs),
    );
    over(
      'firstToSteady',
      of('headrace').map(({ steadyMs }) => steadyMs),
    );
  }
  return ratios;
}

/** The whole run for a person. */
export function formatFirst({ rounds, ratios }: FirstResults): string {
  const rows = FIRST_REQUESTS.flatMap((requests) =>
    FIRST_CASE_NAMES.map((name) => formatCells(name, requests, rowsOf(rounds, name, requests))),
  );
  return [
    alignCells(HEAD, WIDTHS),
    ...rows,
    '',
    ...FIRST_CASE_NAMES.map((name) => `${name.padEnd(18)}${FIRST_CASES[name]}`),
    '',
    ...Object.entries(ratios).map(
      ([name, { median: middle, min, max }]) =>
        `${name.padEnd(27)}${middle.toFixed(2)}  (${min.toFixed(2)} to ${max.toFixed(2)})`,
    ),
  ].join('\n');
}

function rowsOf(
  rounds: readonly FirstRow[],
  name: FirstCase,
  requests: number,
): readonly FirstRow[] {
  return rounds.filter((row) => row.name === name && row.requests === requests);
}

function formatCells(name: FirstCase, requests: number, rows: readonly FirstRow[]): string {
  const middle = (figure: (row: FirstRow) => number): string => median(rows.map(figure)).toFixed(2);
  return alignCells(
    [
      name,
      String(requests),
      middle(({ readyMs }) => readyMs),
      middle(({ firstMs }) => firstMs),
      Math.max(...rows.map(({ firstMs }) => firstMs)).toFixed(2),
      middle(({ steadyMs }) => steadyMs),
    ],
    WIDTHS,
  );
}
