import { parseArgs } from 'node:util';
import { benchErrors } from '../errors.ts';
import { KEPT_RESULTS } from './command-line.ts';

/** What was asked for on the command line of `bench:first`. */
export interface FirstCommandLine {
  readonly help: boolean;
  readonly rounds: number;
  /** Where the results go; absent: nowhere, they are only printed. */
  readonly out: string | undefined;
}

export const FIRST_HELP = `Measures how long the first requests of a process wait, cold and warm, in a new process each time.

  npm run bench:first                      7 rounds, about a minute
  npm run bench:first -- --quick           one short round, to see that everything works
  npm run bench:first -- --out some/folder write the results there
  npm run bench:first -- --help            this

A whole run writes ${KEPT_RESULTS}/first.json and adds a line to history.ndjson there; a quick one only
prints, unless --out names a folder.
`;

/** @throws HeadraceError `command-line-wrong` */
export function readFirstCommandLine(args: readonly string[]): FirstCommandLine {
  const { help = false, quick = false, out } = parseFlags(args);
  return {
    help,
    rounds: quick ? 1 : 7,
    out: out ?? (quick ? undefined : KEPT_RESULTS),
  };
}

function parseFlags(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean', short: 'h' },
        quick: { type: 'boolean' },
        out: { type: 'string' },
      },
    }).values;
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw benchErrors.create('command-line-wrong', { problem }, cause);
  }
}
