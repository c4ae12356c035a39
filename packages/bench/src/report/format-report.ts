import type { Row } from '../measure/row.ts';
import { CASE_NAMES } from '../plan/cases.ts';
import { alignCells } from './align-cells.ts';
import { formatMark } from './marks.ts';
import { formatOffered } from './offered.ts';
import { median, type Ratios } from './ratios.ts';
import type { Results } from './results.ts';

/** The whole run for a person. */
export function formatReport(results: Results): string {
  const { settings, preRun, ratios, marks, rounds, offered = [], commit } = results;
  const { pool, parser } = preRun.chosen;
  return [
    `Medians of ${settings.rounds} rounds, commit ${commit.id.slice(0, 12)}${commit.clean ? '' : ', with changes'}.`,
    ...(preRun.pools.length > 0
      ? [`Plain route: pool ${pool}, body parsed by ${parser}, its fastest here.`]
      : []),
    '',
    ...formatRows(rounds),
    ...formatOffered(offered),
    '',
    ...formatRatios(ratios),
    '',
    ...marks.map(formatMark),
  ].join('\n');
}

const HEAD = [
  'case',
  'conn.',
  'per second',
  'p50 ms',
  'p99 ms',
  'max ms',
  'server us/write',
  'backlog',
  'in MongoDB/s',
];
const WIDTHS = [17, 7, 12, 9, 9, 9, 17, 12, 14];

function formatRows(rounds: readonly Row[]): readonly string[] {
  const connections = [...new Set(rounds.map((row) => row.connections))].sort((a, b) => a - b);
  const lines = CASE_NAMES.flatMap((name) =>
    connections.flatMap((at) => {
      const rows = rounds.filter((row) => row.name === name && row.connections === at);
      return rows.length === 0 ? [] : [formatCells(name, at, rows)];
    }),
  );
  return [alignCells(HEAD, WIDTHS), ...lines];
}

function formatCells(name: string, connections: number, rows: readonly Row[]): string {
  const middle = (figure: (row: Row) => number): number => median(rows.map(figure));
  const isBuffered = rows.some((row) => row.buffer !== undefined);
  const cells = [
    name,
    String(connections),
    wholeText(middle((row) => row.perSecond)),
    middle((row) => row.latencyMs.p50).toFixed(2),
    middle((row) => row.latencyMs.p99).toFixed(1),
    middle((row) => row.latencyMs.max).toFixed(0),
    middle((row) => ((row.cpuSeconds['server'] ?? 0) * 1e6) / row.answered).toFixed(0),
    isBuffered ? wholeText(middle((row) => row.buffer?.backlog ?? 0)) : '',
    isBuffered ? wholeText(middle(storedPerSecond)) : '',
  ];
  return alignCells(cells, WIDTHS);
}

/** What had reached MongoDB when the load ended. */
function storedPerSecond({ buffer }: Row): number {
  return buffer === undefined ? 0 : buffer.storedAtEnd / buffer.countedAfterSeconds;
}

function formatRatios(ratios: Ratios): readonly string[] {
  return Object.entries(ratios).map(([name, { median: middle, min, max, connections }]) => {
    const spread = `${min.toFixed(2)} to ${max.toFixed(2)}`;
    const at = connections === undefined ? '' : `, ${connections} connections`;
    return `${name.padEnd(28)} ${middle.toFixed(2).padStart(7)}   ${spread}${at}`;
  });
}

/** A line for one measurement, as soon as it is over. */
export function formatRow(row: Row): string {
  const { latencyMs, buffer } = row;
  const failed = row.refused + row.socketErrors;
  return [
    `${wholeText(row.perSecond).padStart(7)}/s`,
    `p50 ${latencyMs.p50.toFixed(2)} ms, p99 ${latencyMs.p99.toFixed(1)} ms`,
    ...(row.stored === undefined ? [] : [`${wholeText(row.stored)} stored`]),
    ...(buffer
      ? [`backlog ${wholeText(buffer.backlog)}, empty after ${buffer.drainSeconds} s`]
      : []),
    ...(failed > 0 ? [`${failed} FAILED`] : []),
  ].join(', ');
}

function wholeText(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
