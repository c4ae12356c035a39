import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { StopOrder } from '@headrace/base';
import { openBench, type OpenBench } from './compose.ts';
import { choosePlain, type PreRun } from './measure/choose-plain.ts';
import { comparePatched } from './measure/compare-patched.ts';
import { compareStored } from './measure/compare-stored.ts';
import { measureOfferedRound, type OfferedRow } from './measure/measure-offered.ts';
import { measureStep } from './measure/measure-step.ts';
import type { Row } from './measure/row.ts';
import { OTHER_PEERS } from './plan/cases.ts';
import type { CommandLine } from './plan/command-line.ts';
import { planSteps, type Step } from './plan/plan-steps.ts';
import type { Settings } from './plan/settings.ts';
import { expectedSeconds, offeredSeconds, secondsLeft } from './plan/time-left.ts';
import { drawProfiles } from './report/draw-profiles.ts';
import { formatReport, formatRow } from './report/format-report.ts';
import { makeResults } from './report/results.ts';
import { describeSurroundings } from './report/surroundings.ts';
import { writeResults } from './report/write-results.ts';
import type { CommandRun } from './run-command.ts';
import type { PlainChoice } from './start/subject.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const SAMPLE_ORDERS = 50;
/** The plain route's settings where its speed does not matter. */
const UNMEASURED: PlainChoice = { pool: 16, parser: 'ejson' };

/** The whole run up to its report. What is started is added to `order` at once. */
export async function runIngest(
  order: StopOrder,
  run: CommandRun & { readonly commandLine: CommandLine },
): Promise<void> {
  const { commandLine, signal, say } = run;
  const { settings } = commandLine;
  const profiles = commandLine.profile
    ? await mkdtemp(join(tmpdir(), 'headrace-profile-'))
    : undefined;
  const bench = await openBench(order, { settings, profiles, signal, say });
  const { args } = run;
  const peers = OTHER_PEERS.filter((peer) => settings.cases.includes(peer));
  const packages = ['mongodb', 'fastify', ...peers];
  const { programs } = bench;
  const surroundings = await describeSurroundings(ROOT, { args, programs, packages });
  say(
    `${surroundings.machine.cores} cores, ${surroundings.machine.cpu}; ${bench.programs['mongodb'] ?? ''}`,
  );
  if (surroundings.machine.loadBefore > 0.5) {
    say(
      `Something else is running (load ${surroundings.machine.loadBefore.toFixed(1)}): the figures will show it.`,
    );
  }

  const preRun = await prepare(bench, settings, say);
  const rounds = await measureAll(bench, { settings, preRun, say });
  const offered = await measureAllOffered(bench, { settings, preRun, say });
  const results = makeResults(surroundings, { settings, preRun, offered, rounds });
  say(`\n${formatReport(results)}\n`);
  if (commandLine.out !== undefined) {
    say(
      `Written: ${await writeResults(resolve(ROOT, commandLine.out), commandLine.family, results)}`,
    );
  }
  if (profiles === undefined) return;
  const { out } = commandLine;
  const flames = out === undefined ? profiles : join(resolve(ROOT, out), 'flames');
  await drawProfiles(profiles, flames);
  say(`CPU profiles of the gateway: ${profiles}\nDrawn as flame graphs: ${flames}`);
}

/** Makes sure that all cases store the same, and gives the plain route its best settings. */
async function prepare(
  bench: OpenBench,
  settings: Settings,
  say: (line: string) => void,
): Promise<PreRun> {
  say(`Comparing what each case stores, with ${SAMPLE_ORDERS} orders.`);
  const start = bench.startWith(UNMEASURED);
  const others = OTHER_PEERS.filter((peer) => settings.cases.includes(peer));
  await compareStored(bench.bodies.slice(0, SAMPLE_ORDERS), { ...bench, start, others });
  if (settings.cases.includes('patchPlain')) await comparePatched({ ...bench, start });
  say('Equal, types included.');
  const isPlainMeasured = settings.cases.includes('plain') || settings.cases.includes('offered');
  if (!isPlainMeasured) return { chosen: UNMEASURED, parsers: [], pools: [] };
  say('Choosing pool and parser of the plain route.');
  const trial = { ...bench, seconds: settings.preRunSeconds };
  const preRun = await choosePlain((choice) => bench.startWith(choice)('plain', 'pre-run'), trial);
  for (const { parser, usPerBody } of preRun.parsers) say(`  ${parser} ${usPerBody} us a body`);
  for (const { pool, perSecond } of preRun.pools) say(`  pool ${pool} ${perSecond}/s`);
  return preRun;
}

interface Measuring {
  readonly settings: Settings;
  readonly preRun: PreRun;
  readonly say: (line: string) => void;
}

async function measureAll(
  bench: OpenBench,
  { settings, preRun, say }: Measuring,
): Promise<readonly Row[]> {
  const steps = planSteps(settings);
  if (steps.length === 0) return [];
  const expected = steps.map((step) => expectedSeconds(step, settings));
  const start = bench.startWith(preRun.chosen);
  const beganMs = performance.now();
  const rows: Row[] = [];
  say(`\n${steps.length} measurements, about ${minutesText(secondsLeft(expected, 0, 0))}.`);
  for (const step of steps) {
    const row = await measureStep({ ...bench, start }, step);
    rows.push(row);
    const left = secondsLeft(expected, rows.length, (performance.now() - beganMs) / 1_000);
    const at = `[${rows.length}/${steps.length}]`;
    say(`${at} ${titleOf(step)} ${formatRow(row)}; ${minutesText(left)} left`);
  }
  return rows;
}

/** The loads that arrive at fixed times: nothing unless that is one of the cases. */
async function measureAllOffered(
  bench: OpenBench,
  { settings, preRun, say }: Measuring,
): Promise<readonly OfferedRow[]> {
  if (!settings.cases.includes('offered')) return [];
  say(`\nLoads at fixed arrival times, about ${minutesText(offeredSeconds(settings))}.`);
  const rows: OfferedRow[] = [];
  const start = bench.startWith(preRun.chosen);
  for (let round = 1; round <= settings.rounds; round += 1) {
    rows.push(...(await measureOfferedRound({ ...bench, start, settings, say }, round)));
  }
  return rows;
}

function titleOf({ round, name, connections }: Step): string {
  return `round ${round}, ${name} at ${connections}:`;
}

function minutesText(seconds: number): string {
  return seconds < 90 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
}
