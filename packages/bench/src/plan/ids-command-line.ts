import { parseArgs } from 'node:util';
import { benchErrors } from '../errors.ts';
import { KEPT_RESULTS } from './command-line.ts';

/** What was asked for on the command line of `bench:ids`. */
export interface IdsCommandLine {
  readonly help: boolean;
  readonly rounds: number;
  /** Length of one measurement. */
  readonly forMs: number;
  /** Where the results go; absent: nowhere, they are only printed. */
  readonly out: string | undefined;
}

export const IDS_HELP = `Measures what it costs to make the ids of writes, alone and on several threads at once.

  npm run bench:ids                      5 rounds, about 30 seconds
  npm run bench:ids -- --quick           one short round, to see that everything works
  npm run bench:ids -- --out some/folder write the results there
  npm run bench:ids -- --help            this

A whole run writes ${KEPT_RESULTS}/ids.json and adds a line to history.ndjson there; a quick one only
prints, unless --out names a folder.
`;

/** @throws HeadraceError `command-line-wrong` */
export function readIdsCommandLine(args: readonly string[]): IdsCommandLine {
  const { help = false, quick = false, out } = parseFlags(args);
  return {
    help,
    rounds: quick ? 1 : 5,
    forMs: quick ? 20 : 150,
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
