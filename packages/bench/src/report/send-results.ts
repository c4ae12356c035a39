import type { SendRow } from '../measure/send-job.ts';
import { SEND_CASES, type SendCase, type SendSettings } from '../plan/send-cases.ts';
import { alignCells } from './align-cells.ts';
import { formatMark, judgeTarget, type Mark, type Target } from './marks.ts';
import { median, spreadOf, type Ratios, type Spread } from './ratios.ts';
import type { Surroundings } from './surroundings.ts';

/** Everything about one run, as it is kept: `bench/results/send.json`. */
export interface SendResults extends Surroundings {
  /** Begins a line for a person who opens the file. */
  readonly about: string;
  readonly settings: SendSettings;
  readonly ratios: Ratios;
  readonly marks: readonly Mark[];
  readonly rounds: readonly SendRow[];
}

const ABOUT =
  'What it costs a client to send orders to MongoDB, each way in a process of its own. CPU is that of the whole sending process; ratios are medians of per-round ratios of CPU microseconds a document at 500 documents a command (At100 and At1000: at those), smaller is cheaper.';

/** CPU a document, over that of insertMany. */
const RATIOS: Readonly<Record<string, SendCase>> = {
  rawCpuToInsertMany: 'rawBytes',
  rawObjectsCpuToInsertMany: 'rawObjects',
  bulkWriteCpuToInsertMany: 'bulkWrite',
  clientBulkWriteCpuToInsertMany: 'clientBulkWrite',
  mongooseCpuToInsertMany: 'mongoose',
};
const UNDER: SendCase = 'insertMany';
/** The marks are about this size of a batch; ratios of others name theirs. */
const MARKED_BATCH = 500;

const TARGETS: readonly (readonly [about: SendCase, target: Target])[] = [
  ['rawBytes', { ratio: 'rawCpuToInsertMany', atMost: 0.35 }],
  ['rawObjects', { ratio: 'rawObjectsCpuToInsertMany', atMost: 0.5 }],
];

export function sendResults(
  surroundings: Surroundings,
  { settings, rounds }: { readonly settings: SendSettings; readonly rounds: readonly SendRow[] },
): SendResults {
  const ratios = sendRatios(rounds);
  const marks = judgeSendMarks(ratios, settings.cases);
  return { about: ABOUT, ...surroundings, settings, ratios, marks, rounds };
}

/** All ratios of a run; each is formed within a round. */
export function sendRatios(rows: readonly SendRow[]): Ratios {
  const ratios: Record<string, Spread> = {};
  for (const batch of new Set(rows.map((row) => row.batch))) {
    const suffix = batch === MARKED_BATCH ? '' : `At${batch}`;
    const unders = costs(rows, UNDER, batch);
    for (const [name, over] of Object.entries(RATIOS)) {
      const perRound = [...costs(rows, over, batch)].flatMap(([round, cost]) => {
        const other = unders.get(round);
        return other === undefined ? [] : [Number((cost / other).toFixed(4))];
      });
      if (perRound.length > 0) ratios[`${name}${suffix}`] = spreadOf(perRound);
    }
  }
  return ratios;
}

/** Which marks of its cases a run has met. */
export function judgeSendMarks(ratios: Ratios, cases: readonly SendCase[]): readonly Mark[] {
  return TARGETS.filter(([about]) => cases.includes(about)).map(([, target]) =>
    judgeTarget(target, ratios),
  );
}

/** CPU microseconds a document, by round. */
function costs(
  rows: readonly SendRow[],
  name: SendCase,
  batch: number,
): ReadonlyMap<number, number> {
  const measured = rows.filter((row) => row.name === name && row.batch === batch);
  return new Map(measured.map((row) => [row.round, row.cpuUsPerDocument]));
}

/** The whole run for a person. */
export function formatSend({ settings, rounds, ratios, marks, commit }: SendResults): string {
  const rows = settings.cases.flatMap((name) =>
    settings.batches.map((batch) =>
      formatCells(rounds.filter((row) => row.name === name && row.batch === batch)),
    ),
  );
  return [
    `Medians of ${settings.rounds} rounds (least to most), commit ${commit.id.slice(0, 12)}${commit.clean ? '' : ', with changes'}.`,
    '',
    alignCells(['case', 'batch', 'CPU us/document', '', 'documents/s', ''], WIDTHS),
    ...rows,
    '',
    ...settings.cases.map((name) => `${name.padEnd(17)}${SEND_CASES[name]}`),
    '',
    ...Object.entries(ratios).map(
      ([name, { median: middle, min, max }]) =>
        `${name.padEnd(36)}${middle.toFixed(2)}  (${min.toFixed(2)} to ${max.toFixed(2)})`,
    ),
    '',
    ...marks.map(formatMark),
  ].join('\n');
}

/** A line for one measurement, as soon as it is over. */
export function formatSendRow(row: SendRow): string {
  const perSecond = row.documentsPerSecond.toLocaleString('en-US');
  return `round ${row.round}, ${row.name} at ${row.batch}: ${row.cpuUsPerDocument.toFixed(2)} us of CPU a document, ${perSecond} documents/s`;
}

function formatCells(rows: readonly SendRow[]): string {
  const cpu = rows.map((row) => row.cpuUsPerDocument);
  const perSecond = rows.map((row) => row.documentsPerSecond);
  const whole = (count: number): string => Math.round(count).toLocaleString('en-US');
  const cells = [
    rows[0]?.name ?? '',
    String(rows[0]?.batch ?? ''),
    median(cpu).toFixed(2),
    `(${Math.min(...cpu).toFixed(2)} to ${Math.max(...cpu).toFixed(2)})`,
    whole(median(perSecond)),
    `(${whole(Math.min(...perSecond))} to ${whole(Math.max(...perSecond))})`,
  ];
  return alignCells(cells, WIDTHS);
}

const WIDTHS = [17, 6, 18, 18, 14, 22];
