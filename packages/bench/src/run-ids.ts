import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ID_CASE_NAMES } from './measure/id-cases.ts';
import { measureIds, type IdRow } from './measure/id-threads.ts';
import type { IdsCommandLine } from './plan/ids-command-line.ts';
import { formatIds, idsResults } from './report/ids-results.ts';
import { describeSurroundings } from './report/surroundings.ts';
import { keepResults } from './report/write-results.ts';
import type { CommandRun } from './run-command.ts';

export interface IdsRun extends CommandRun {
  readonly commandLine: IdsCommandLine;
}

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** The main thread alone, then as many threads as the smallest servers have cores, then twice that. */
const THREADS = [0, 2, 4];

/** Measures every way to make ids, round by round, and prints and keeps what came out. */
export async function runIds({ commandLine, args, signal, say }: IdsRun): Promise<void> {
  const { rounds, forMs, out } = commandLine;
  const surroundings = await describeSurroundings(ROOT, {
    ...{ bench: 'bench:ids', args, programs: {}, packages: ['mongodb'] },
  });
  const { machine } = surroundings;
  say(`${machine.cores} cores, ${machine.cpu}; Node ${process.version}`);
  const rows: IdRow[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    for (const threads of THREADS) {
      for (const name of ID_CASE_NAMES) {
        signal.throwIfAborted();
        rows.push(await measureIds({ round, name, threads, warmUpMs: (forMs * 2) / 3, forMs }));
      }
    }
    say(`Round ${round} of ${rounds} is over.`);
  }
  const results = idsResults(surroundings, rows);
  say(`\n${formatIds(results)}\n`);
  if (out === undefined) return;
  say(`Written: ${await keepResults(resolve(ROOT, out), 'ids.json', results)}`);
}
