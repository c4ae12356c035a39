import type { OfferedRow, OfferedSubject } from '../measure/measure-offered.ts';
import { alignCells } from './align-cells.ts';
import { median, spreadOf, type Ratios, type Spread } from './ratios.ts';

/** The marks are about two of the shares; the others are named after theirs. */
const NAMES: ReadonlyMap<number, string> = new Map([
  [0.25, 'strongP99ToPlainLight'],
  [0.8, 'strongP99ToPlain'],
]);
const DIGITS = 4;

/** P99 of strong over that of plain at each share, within each round. */
export function offeredRatios(rows: readonly OfferedRow[]): Ratios {
  const ratios: Record<string, Spread> = {};
  for (const share of sharesOf(rows)) {
    const p99s = (name: OfferedSubject): ReadonlyMap<number, number> =>
      new Map(rowsAt(rows, name, share).map((row) => [row.round, row.latencyMs.p99]));
    const plain = p99s('plain');
    const perRound = [...p99s('strong')].flatMap(([round, p99]) => {
      const other = plain.get(round);
      return other === undefined ? [] : [Number((p99 / other).toFixed(DIGITS))];
    });
    const name = NAMES.get(share) ?? `strongP99ToPlainAt${Math.round(share * 100)}`;
    if (perRound.length > 0) ratios[name] = spreadOf(perRound);
  }
  return ratios;
}

const HEAD = [
  'offered',
  'share',
  'per second',
  'p50 ms',
  'p99 ms',
  'max ms',
  'lag p99 ms',
  'failed',
];
const WIDTHS = [17, 7, 12, 9, 9, 9, 17, 12];

/** A table for a person; nothing where nothing was offered. */
export function formatOffered(rows: readonly OfferedRow[]): readonly string[] {
  if (rows.length === 0) return [];
  const lines = sharesOf(rows).flatMap((share) =>
    (['plain', 'strong'] as const).flatMap((name) => {
      const measured = rowsAt(rows, name, share);
      return measured.length === 0 ? [] : [formatCells(name, share, measured)];
    }),
  );
  return ['', alignCells(HEAD, WIDTHS), ...lines];
}

function formatCells(name: string, share: number, rows: readonly OfferedRow[]): string {
  const middle = (figure: (row: OfferedRow) => number): number => median(rows.map(figure));
  const cells = [
    name,
    `${Math.round(share * 100)} %`,
    Math.round(middle((row) => row.offeredPerSecond)).toLocaleString('en-US'),
    middle((row) => row.latencyMs.p50).toFixed(2),
    middle((row) => row.latencyMs.p99).toFixed(2),
    middle((row) => row.latencyMs.max).toFixed(0),
    middle((row) => row.lagMs.p99).toFixed(2),
    String(rows.reduce((sum, row) => sum + row.refused + row.socketErrors, 0)),
  ];
  return alignCells(cells, WIDTHS);
}

function sharesOf(rows: readonly OfferedRow[]): readonly number[] {
  return [...new Set(rows.map((row) => row.share))].sort((a, b) => a - b);
}

function rowsAt(
  rows: readonly OfferedRow[],
  name: OfferedSubject,
  share: number,
): readonly OfferedRow[] {
  return rows.filter((row) => row.name === name && row.share === share);
}
