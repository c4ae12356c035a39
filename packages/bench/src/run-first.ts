import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { StopOrder } from '@headrace/base';
import { openDatabase } from './compose.ts';
import { measureFirst, type FirstRow } from './measure/measure-first.ts';
import { FIRST_CASE_NAMES, FIRST_REQUESTS } from './plan/first-cases.ts';
import type { FirstCommandLine } from './plan/first-command-line.ts';
import { firstResults, formatFirst } from './report/first-results.ts';
import { describeSurroundings } from './report/surroundings.ts';
import { keepResults } from './report/write-results.ts';
import type { CommandRun } from './run-command.ts';

export interface FirstRun extends CommandRun {
  readonly commandLine: FirstCommandLine;
}

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** Starts a database, then one process after the other, and prints and keeps what came out. */
export async function runFirst(order: StopOrder, run: FirstRun): Promise<void> {
  const { commandLine, args, signal, say } = run;
  const { rounds, out } = commandLine;
  const { mongodb, programs } = await openDatabase(order, run);
  const surroundings = await describeSurroundings(ROOT, {
    ...{ bench: 'bench:first', args, programs, packages: ['mongodb'] },
  });
  const rows: FirstRow[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    for (const requests of FIRST_REQUESTS) {
      for (const name of FIRST_CASE_NAMES) {
        signal.throwIfAborted();
        rows.push(await measureFirst({ round, name, requests }, mongodb.uri));
      }
    }
    say(`Round ${round} of ${rounds} is over.`);
  }
  const results = firstResults(surroundings, rows);
  say(`\n${formatFirst(results)}\n`);
  if (out === undefined) return;
  say(`Written: ${await keepResults(resolve(ROOT, out), 'first.json', results)}`);
}
