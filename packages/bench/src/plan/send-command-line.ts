import { parseArgs } from 'node:util';
import { benchErrors } from '../errors.ts';
import { KEPT_RESULTS } from './command-line.ts';
import {
  QUICK_SEND,
  SEND_CASES,
  SEND_CASE_NAMES,
  WHOLE_SEND,
  type SendCase,
  type SendSettings,
} from './send-cases.ts';

/** What was asked for on the command line of `bench:send`. */
export interface SendCommandLine {
  readonly help: boolean;
  readonly settings: SendSettings;
  /** Where the results go; absent: nowhere, they are only printed. */
  readonly out: string | undefined;
}

export const SEND_HELP = `Measures what it costs a client to send documents to MongoDB, and how many it sends a second.

  npm run bench:send                              5 rounds, about 4 minutes
  npm run bench:send -- --rounds 7                another number of rounds
  npm run bench:send -- --only rawBytes,insertMany some of the cases
  npm run bench:send -- --quick                   one short round, to see that everything works
  npm run bench:send -- --out some/folder         write the results there
  npm run bench:send -- --help                    this

Cases:
${SEND_CASE_NAMES.map((name) => `  ${name.padEnd(17)} ${SEND_CASES[name]}`).join('\n')}

A whole run writes ${KEPT_RESULTS}/send.json and adds a line to history.ndjson there; any other only
prints, unless --out names a folder. It wants a quiet machine: close what else runs.
`;

/** @throws HeadraceError `command-line-wrong` */
export function readSendCommandLine(args: readonly string[]): SendCommandLine {
  const { help = false, quick = false, rounds, only, out } = parseFlags(args);
  const base = quick ? QUICK_SEND : WHOLE_SEND;
  const settings = {
    ...base,
    rounds: roundCount(rounds) ?? base.rounds,
    cases: caseNames(only) ?? base.cases,
  };
  const isWhole = !quick && only === undefined && settings.rounds >= WHOLE_SEND.rounds;
  return { help, settings, out: out ?? (isWhole ? KEPT_RESULTS : undefined) };
}

function parseFlags(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean', short: 'h' },
        rounds: { type: 'string' },
        only: { type: 'string' },
        quick: { type: 'boolean' },
        out: { type: 'string' },
      },
    }).values;
  } catch (cause) {
    throw wrong(cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function roundCount(written: string | undefined): number | undefined {
  if (written === undefined) return undefined;
  if (/^[1-9]\d?$/.test(written)) return Number(written);
  throw wrong(`--rounds wants a whole number from 1 to 99, not "${written}".`);
}

function caseNames(written: string | undefined): readonly SendCase[] | undefined {
  const names = written?.split(',');
  const unknown = names?.find((name) => !(SEND_CASE_NAMES as readonly string[]).includes(name));
  if (unknown !== undefined) {
    throw wrong(`--only knows ${SEND_CASE_NAMES.join(', ')}, not "${unknown}".`);
  }
  return names && SEND_CASE_NAMES.filter((name) => names.includes(name));
}

function wrong(problem: string, cause?: unknown): Error {
  return benchErrors.create('command-line-wrong', { problem }, cause);
}
