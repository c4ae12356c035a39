import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { StopOrder } from '@headrace/base';
import { openDatabase } from './compose.ts';
import { compareSent, measureSend } from './measure/measure-send.ts';
import type { SendRow } from './measure/send-job.ts';
import { planSendSteps } from './plan/send-cases.ts';
import type { SendCommandLine } from './plan/send-command-line.ts';
import { formatSend, formatSendRow, sendResults } from './report/send-results.ts';
import { describeSurroundings } from './report/surroundings.ts';
import { keepResults } from './report/write-results.ts';
import type { CommandRun } from './run-command.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** The whole run up to its report. What is started is added to `order` at once. */
export async function runSend(
  order: StopOrder,
  { commandLine, args, signal, say }: CommandRun & { readonly commandLine: SendCommandLine },
): Promise<void> {
  const { settings, out } = commandLine;
  const { mongodb, collection, programs } = await openDatabase(order, { say, signal });
  const packages = ['mongodb', ...settings.cases.filter((name) => name === 'mongoose')];
  const about = { bench: 'bench:send', args, programs, packages };
  const surroundings = await describeSurroundings(ROOT, about);
  const { machine } = surroundings;
  say(`${machine.cores} cores, ${machine.cpu}; ${programs['mongodb'] ?? ''}`);
  const bench = { mongodbUri: mongodb.uri, collection, settings, signal };
  say('Comparing what each case stores.');
  await compareSent(bench);
  say('Equal, types included.');
  const steps = planSendSteps(settings);
  const rows: SendRow[] = [];
  for (const [at, step] of steps.entries()) {
    const measured = await measureSend(bench, step);
    rows.push(...measured);
    for (const row of measured) say(`[${at + 1}/${steps.length}] ${formatSendRow(row)}`);
  }
  const results = sendResults(surroundings, { settings, rounds: rows });
  say(`\n${formatSend(results)}\n`);
  if (out === undefined) return;
  say(`Written: ${await keepResults(resolve(ROOT, out), 'send.json', results)}`);
}
