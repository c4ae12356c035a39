import { ENCODE_SHAPE_NAMES, type EncodeShapeName } from '../drive/encode-shapes.ts';
import { ENCODE_WAY_NAMES, type EncodeWay } from '../measure/encode-ways.ts';
import type { EncodeRow } from '../measure/measure-encode.ts';
import { alignCells } from './align-cells.ts';
import type { CostRatio, CostRatios } from './ids-results.ts';
import { formatMark, judgeTarget, type Mark, type Target } from './marks.ts';
import { median } from './ratios.ts';
import type { Surroundings } from './surroundings.ts';

/** Everything about one run, as it is kept: `bench/results/encode.json`. */
export interface EncodeResults extends Surroundings {
  /** Begins a line for a person who opens the file. */
  readonly about: string;
  readonly ratios: CostRatios;
  readonly marks: readonly Mark[];
  readonly rounds: readonly EncodeRow[];
}

const ABOUT =
  'Objects to BSON, in groups of 1,000. speed...: js-bson time over compiled time, larger is better; heapToBson: heap bytes of the compiled encoder over those of BSON.serialize; jsonTextToParsed: speed of encodeJson over that of JSON.parse and the compiled encoder. Ratios are medians of per-round ratios.';

type Figure = (row: EncodeRow) => number;
const ns: Figure = (row) => row.nsPerDocument;
const heap: Figure = (row) => row.heapBytesPerDocument;

interface Comparison {
  readonly shape: EncodeShapeName;
  readonly over: EncodeWay;
  readonly under: EncodeWay;
  readonly figure: Figure;
}

const SPEED = { over: 'serialize', under: 'compiled', figure: ns } as const;
const COMPARISONS: Readonly<Record<string, Comparison>> = {
  speedToBson: { shape: 'order', ...SPEED },
  heapToBson: { shape: 'order', over: 'compiled', under: 'serialize', figure: heap },
  speedToBsonLogLine: { shape: 'logLine', ...SPEED },
  speedToBsonWide: { shape: 'wide', ...SPEED },
  speedToBsonNested: { shape: 'nested', ...SPEED },
  speedToBsonInto: { ...SPEED, shape: 'order', over: 'serializeInto' },
  speedOfClosures: { ...SPEED, shape: 'order', under: 'closures' },
  jsonTextToParsed: { shape: 'order', over: 'jsonParsed', under: 'jsonText', figure: ns },
};

const TARGETS: readonly Target[] = [
  { ratio: 'speedToBson', atLeast: 5 },
  { ratio: 'heapToBson', atMost: 0.15 },
  { ratio: 'speedToBsonLogLine', atLeast: 1.5 },
  { ratio: 'speedToBsonWide', atLeast: 1.5 },
  { ratio: 'speedToBsonNested', atLeast: 1.5 },
];

export function encodeResults(
  surroundings: Surroundings,
  rounds: readonly EncodeRow[],
): EncodeResults {
  const ratios = encodeRatios(rounds);
  return { about: ABOUT, ...surroundings, ratios, marks: encodeMarks(ratios), rounds };
}

/** All ratios of a run; each is formed within a round. */
export function encodeRatios(rounds: readonly EncodeRow[]): CostRatios {
  const found = Object.entries(COMPARISONS).map(([name, comparison]) => {
    const perRound = compare(rounds, comparison);
    return perRound.length === 0 ? [] : [[name, spread(perRound)] as const];
  });
  return Object.fromEntries(found.flat());
}

export function encodeMarks(ratios: CostRatios): readonly Mark[] {
  return TARGETS.map((target) => judgeTarget(target, ratios));
}

function compare(
  rounds: readonly EncodeRow[],
  { shape, over, under, figure }: Comparison,
): readonly number[] {
  const figures = (way: EncodeWay): readonly number[] =>
    rounds.filter((row) => row.shape === shape && row.way === way).map(figure);
  const unders = figures(under);
  return figures(over).map((value, at) => Number((value / (unders[at] ?? NaN)).toFixed(4)));
}

function spread(perRound: readonly number[]): CostRatio {
  const [min, max] = [Math.min(...perRound), Math.max(...perRound)];
  return { median: median(perRound), min, max, perRound };
}

const HEAD = ['shape', 'way', 'ns/document', 'MB/s', 'heap B', 'outside B', 'GC ms', 'fall-backs'];
const WIDTHS = [9, 14, 13, 8, 9, 11, 9, 12];

/** The whole run for a person. */
export function formatEncode({ rounds, ratios, marks }: EncodeResults): string {
  const rows = ENCODE_SHAPE_NAMES.flatMap((shape) =>
    ENCODE_WAY_NAMES.flatMap((way) => {
      const of = rounds.filter((row) => row.shape === shape && row.way === way);
      return of.length === 0 ? [] : [formatCells(of)];
    }),
  );
  const width = Math.max(...Object.keys(ratios).map((name) => name.length));
  return [
    alignCells(HEAD, WIDTHS),
    ...rows,
    '',
    ...Object.entries(ratios).map(
      ([name, { median: middle, min, max }]) =>
        `${name.padEnd(width)}  ${middle.toFixed(2)}  (${min.toFixed(2)} to ${max.toFixed(2)})`,
    ),
    '',
    ...marks.map(formatMark),
  ].join('\n');
}

function formatCells(rows: readonly EncodeRow[]): string {
  const middle = (figure: Figure): number => median(rows.map(figure));
  const { shape = '', way = '' } = rows[0] ?? {};
  return alignCells(
    [
      shape,
      way,
      middle(ns).toFixed(0),
      middle((row) => (row.bsonBytes * 1_000) / (row.nsPerDocument * row.documents)).toFixed(0),
      middle(heap).toFixed(0),
      middle((row) => row.outsideBytesPerDocument).toFixed(0),
      middle((row) => row.gc.totalMs).toFixed(1),
      String(Math.max(...rows.map((row) => row.fallBacks))),
    ],
    WIDTHS,
  );
}
