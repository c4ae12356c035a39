import { ID_CASES, ID_CASE_NAMES, type IdCase } from '../measure/id-cases.ts';
import type { IdRow } from '../measure/id-threads.ts';
import { alignCells } from './align-cells.ts';
import { median } from './ratios.ts';
import type { Surroundings } from './surroundings.ts';

/** A ratio of two costs over the rounds. */
export interface CostRatio {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  /** The ratio within each round. */
  readonly perRound: readonly number[];
}

export type CostRatios = Readonly<Record<string, CostRatio>>;

/** Everything about one run, as it is kept: `bench/results/ids.json`. */
export interface IdsResults extends Surroundings {
  /** Begins a line for a person who opens the file. */
  readonly about: string;
  readonly ratios: CostRatios;
  readonly rounds: readonly IdRow[];
}

const ABOUT =
  'What one id costs the thread that makes it. threads 0: the main thread with nothing beside it. Ratios are medians of per-round ratios of nanoseconds, smaller is cheaper.';

interface Comparison {
  readonly over: IdCase;
  readonly under: IdCase;
}

/** Cost over cost, alone and on as many threads. */
const COSTS: Readonly<Record<string, Comparison>> = {
  uuidV7ToObjectIdBytes: { over: 'uuidV7', under: 'objectIdBytes' },
  uuidV7ToObjectId: { over: 'uuidV7', under: 'objectId' },
  uuidV7TextToRandomUuid: { over: 'uuidV7Text', under: 'randomUuid' },
};

const HEAD = ['id', 'threads', 'ns an id', 'ids/s, all', '% of a core at 100,000/s'];
const WIDTHS = [20, 8, 10, 14, 26];

export function idsResults(surroundings: Surroundings, rounds: readonly IdRow[]): IdsResults {
  return { about: ABOUT, ...surroundings, ratios: costRatios(rounds), rounds };
}

/** All ratios of a run; each is formed within a round. */
export function costRatios(rounds: readonly IdRow[]): CostRatios {
  const ratios: Record<string, CostRatio> = {};
  const threads = [...new Set(rounds.map((row) => row.threads))];
  for (const at of threads) {
    const suffix = at === 0 ? '' : `At${at}Threads`;
    for (const [name, { over, under }] of Object.entries(COSTS)) {
      put(`${name}${suffix}`, costs(rounds, over, at), costs(rounds, under, at));
    }
    if (at === 0) continue;
    for (const name of ID_CASE_NAMES) {
      put(`${name}${suffix}ToAlone`, costs(rounds, name, at), costs(rounds, name, 0));
    }
  }
  return ratios;

  function put(name: string, over: readonly number[], under: readonly number[]): void {
    const perRound = over.map((ns, round) => Number((ns / (under[round] ?? NaN)).toFixed(4)));
    const [min, max] = [Math.min(...perRound), Math.max(...perRound)];
    ratios[name] = { median: median(perRound), min, max, perRound };
  }
}

function costs(rounds: readonly IdRow[], name: IdCase, threads: number): readonly number[] {
  return rounds
    .filter((row) => row.name === name && row.threads === threads)
    .map((row) => row.nsPerId);
}

/** The whole run for a person. */
export function formatIds({ rounds, ratios }: IdsResults): string {
  const threads = [...new Set(rounds.map((row) => row.threads))];
  const rows = ID_CASE_NAMES.flatMap((name) => threads.map((at) => formatCells(rounds, name, at)));
  const width = Math.max(...Object.keys(ratios).map((name) => name.length));
  return [
    alignCells(HEAD, WIDTHS),
    ...rows,
    '',
    ...ID_CASE_NAMES.map((name) => `${name.padEnd(20)}${ID_CASES[name].about}`),
    '',
    ...Object.entries(ratios).map(
      ([name, { median: middle, min, max }]) =>
        `${name.padEnd(width)}  ${middle.toFixed(2)}  (${min.toFixed(2)} to ${max.toFixed(2)})`,
    ),
  ].join('\n');
}

function formatCells(rounds: readonly IdRow[], name: IdCase, threads: number): string {
  const ns = median(costs(rounds, name, threads));
  const perSecond = median(
    rounds
      .filter((row) => row.name === name && row.threads === threads)
      .map((row) => row.idsPerSecond),
  );
  return alignCells(
    [
      name,
      threads === 0 ? 'alone' : String(threads),
      ns.toFixed(0),
      Math.round(perSecond).toLocaleString('en-US'),
      ((ns * 100_000 * 100) / 1e9).toFixed(2),
    ],
    WIDTHS,
  );
}
