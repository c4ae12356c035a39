import type { Row } from '../measure/row.ts';
import type { CaseName } from '../plan/cases.ts';

/** A ratio over the rounds. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  /** The ratio within each round. */
  readonly perRound: readonly number[];
  /** At which number of connections; absent where it is about none. */
  readonly connections?: number;
}

/** By name; a ratio whose cases were not all measured is absent. */
export type Ratios = Readonly<Record<string, Spread>>;

/** What of a row is compared. */
type Figure = (row: Row) => number;
const perSecond: Figure = (row) => row.perSecond;
const p50Ms: Figure = (row) => row.latencyMs.p50;

interface Comparison {
  readonly over: CaseName;
  readonly under: CaseName;
}

/** Compared at every number of connections; the plain name is the lower one of 64 and 256. */
const THROUGHPUT: Readonly<Record<string, Comparison>> = {
  strongToPlain: { over: 'strong', under: 'plain' },
  eventualToPlain: { over: 'eventual', under: 'plain' },
  strongToEmpty: { over: 'strong', under: 'empty' },
  eventualToEmpty: { over: 'eventual', under: 'empty' },
  strongToMongoose: { over: 'strong', under: 'mongoose' },
  eventualToBullmq: { over: 'eventual', under: 'bullmq' },
  strongKeyedToPlain: { over: 'strongKeyed', under: 'plain' },
  eventualKeyedToPlain: { over: 'eventualKeyed', under: 'plain' },
  ledgeredToInsertOnly: { over: 'ledgered', under: 'strongKeyed' },
  patchStrongToPlain: { over: 'patchStrong', under: 'patchPlain' },
  patchStrongKeyedToPlain: { over: 'patchStrongKeyed', under: 'patchPlain' },
  patchEventualToPlain: { over: 'patchEventual', under: 'patchPlain' },
};
const LOWER_OF = [64, 256];
const SUSTAINED: Comparison = { over: 'sustained', under: 'plain' };
const SUSTAINED_AT = 64;
const LONE: Comparison = { over: 'strong', under: 'plain' };
const LONE_AT = 1;
const HOT: Comparison = { over: 'hotStrong', under: 'hotPlain' };
const HOT_AT = [64, 256];
const DIGITS = 4;

/**
 * All ratios of a run: each is formed within a round, so what changes on the machine from one hour
 * to the next changes both sides, and the median is taken over the rounds.
 */
export function computeRatios(rows: readonly Row[]): Ratios {
  const ratios: Record<string, Spread> = {};
  const put = (name: string, spread: Spread | undefined): void => {
    if (spread !== undefined) ratios[name] = spread;
  };
  const measured = [...new Set(rows.map((row) => row.connections))].sort((a, b) => a - b);
  for (const [name, comparison] of Object.entries(THROUGHPUT)) {
    put(name, lower(LOWER_OF.map((at) => compare(rows, comparison, { figure: perSecond, at }))));
    for (const at of measured) {
      put(`${name}At${at}`, compare(rows, comparison, { figure: perSecond, at }));
    }
  }
  put('sustainedToPlain', compare(rows, SUSTAINED, { figure: perSecond, at: SUSTAINED_AT }));
  for (const at of HOT_AT) {
    put(`hotToPlainAt${at}`, compare(rows, HOT, { figure: perSecond, at }));
  }
  put('loneLatencyToPlain', compare(rows, LONE, { figure: p50Ms, at: LONE_AT }));
  return ratios;
}

/** The one with the lower median; undefined unless all were measured. */
function lower(spreads: readonly (Spread | undefined)[]): Spread | undefined {
  return spreads.reduce((one, other) =>
    one === undefined || other === undefined ? undefined : other.median < one.median ? other : one,
  );
}

function compare(
  rows: readonly Row[],
  { over, under }: Comparison,
  { figure, at }: { readonly figure: Figure; readonly at: number },
): Spread | undefined {
  const figures = (name: CaseName): ReadonlyMap<number, number> =>
    new Map(
      rows
        .filter((row) => row.name === name && row.connections === at)
        .map((row) => [row.round, figure(row)]),
    );
  const [overs, unders] = [figures(over), figures(under)];
  const perRound = [...overs].flatMap(([round, value]) => {
    const other = unders.get(round);
    return other === undefined ? [] : [Number((value / other).toFixed(DIGITS))];
  });
  return perRound.length === 0 ? undefined : { ...spreadOf(perRound), connections: at };
}

/** @param perRound the ratio within each round, at least one */
export function spreadOf(perRound: readonly number[]): Omit<Spread, 'connections'> {
  const [min, max] = [Math.min(...perRound), Math.max(...perRound)];
  return { median: median(perRound), min, max, perRound };
}

/** The middle one; of an even count the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  if (sorted.length % 2 === 1) return upper;
  return Number(((upper + (sorted[middle - 1] ?? Number.NaN)) / 2).toFixed(DIGITS));
}
