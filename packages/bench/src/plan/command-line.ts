import { parseArgs } from 'node:util';
import { benchErrors } from '../errors.ts';
import { CASE_NAMES, CASES, FAMILIES, type CaseName, type Family } from './cases.ts';
import { QUICK, WHOLE, type Settings } from './settings.ts';

/** What was asked for on the command line. */
export interface CommandLine {
  readonly help: boolean;
  readonly settings: Settings;
  /** The gateway writes a CPU profile of each step. */
  readonly profile: boolean;
  readonly family: Family;
  /** Where the results go; absent: nowhere, they are only printed. */
  readonly out: string | undefined;
}

/** The results that are kept with the sources. */
export const KEPT_RESULTS = 'bench/results';

export const HELP = `Measures inserts and patches through Headrace beside a plain Fastify route.

  npm run bench:ingest                        inserts: 5 rounds, about 45 minutes
  npm run bench:ingest -- --changes           patches, ledgered inserts: about 15 minutes
  npm run bench:ingest -- --rounds 7          another number of rounds
  npm run bench:ingest -- --seconds 30        length of a usual load (bursts: 30, sustained: 120)
  npm run bench:ingest -- --only plain,strong some of the cases
  npm run bench:ingest -- --connections 1,64  some of the numbers of connections
  npm run bench:ingest -- --quick             one short round, to see that everything works
  npm run bench:ingest -- --profile           CPU profiles of the gateway, drawn as flame graphs
  npm run bench:ingest -- --out some/folder   write the results there
  npm run bench:ingest -- --help              this

Cases:
${CASE_NAMES.map((name) => `  ${name.padEnd(17)} ${CASES[name].about}`).join('\n')}

A whole run writes ${KEPT_RESULTS}/ingest.json, or ingest-changes.json, and adds a line to
history.ndjson there; any other only prints, unless --out names a folder. It wants a quiet machine:
close what else runs.
`;

/** @throws HeadraceError `command-line-wrong` */
export function readCommandLine(args: readonly string[]): CommandLine {
  const flags = parseFlags(args);
  const base = flags.quick === true ? QUICK : WHOLE;
  const family = flags.changes === true ? 'changes' : 'inserts';
  const usual = wholeNumber('--seconds', flags.seconds) ?? base.seconds.usual;
  const settings: Settings = {
    ...base,
    rounds: wholeNumber('--rounds', flags.rounds) ?? base.rounds,
    seconds: { ...base.seconds, usual },
    cases: caseNames(flags.only) ?? FAMILIES[family],
    connections: connectionNumbers(flags.connections) ?? base.connections,
  };
  const profile = flags.profile === true;
  const isWhole = !flags.quick && !flags.only && !flags.connections && !profile;
  return {
    help: flags.help === true,
    settings,
    profile,
    family,
    out: flags.out ?? (isWhole && settings.rounds >= WHOLE.rounds ? KEPT_RESULTS : undefined),
  };
}

function parseFlags(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean', short: 'h' },
        rounds: { type: 'string' },
        seconds: { type: 'string' },
        only: { type: 'string' },
        connections: { type: 'string' },
        quick: { type: 'boolean' },
        changes: { type: 'boolean' },
        profile: { type: 'boolean' },
        out: { type: 'string' },
      },
    }).values;
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw benchErrors.create('command-line-wrong', { problem }, cause);
  }
}

function wholeNumber(flag: string, written: string | undefined): number | undefined {
  if (written === undefined) return undefined;
  if (!/^[1-9]\d{0,3}$/.test(written)) {
    throw wrong(`${flag} wants a whole number from 1 to 9999, not "${written}".`);
  }
  return Number(written);
}

function caseNames(written: string | undefined): readonly CaseName[] | undefined {
  const names = written?.split(',');
  const unknown = names?.find((name) => !(CASE_NAMES as readonly string[]).includes(name));
  if (unknown !== undefined) {
    throw wrong(`--only knows ${CASE_NAMES.join(', ')}, not "${unknown}".`);
  }
  return names && CASE_NAMES.filter((name) => names.includes(name));
}

function connectionNumbers(written: string | undefined): readonly number[] | undefined {
  return written?.split(',').map((one) => wholeNumber('--connections', one) ?? 0);
}

function wrong(problem: string): Error {
  return benchErrors.create('command-line-wrong', { problem });
}
