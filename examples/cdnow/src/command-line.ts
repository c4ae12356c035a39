import { parseArgs } from 'node:util';
import { cdnowErrors } from './cdnow-errors.ts';

/** What was asked for on the command line. */
export interface CommandLine {
  readonly help: boolean;
  readonly once: boolean;
  readonly fresh: boolean;
  /** Replay only so many orders; absent: all. */
  readonly lines: number | undefined;
  /** Drive orders through their lives instead of replaying them. */
  readonly lifeCycle: boolean;
  /** Operations of the life cycle. */
  readonly operations: number;
}

const LIFE_CYCLE_OPERATIONS = 200_000;

export const HELP = `Replays 69,659 real orders through Headrace and checks the result in MongoDB.

  npm start                  replay, check, print three curls to try, stay up until Ctrl-C
  npm start -- --once        end after the summary: exit code 0 when every figure matches, else 1
  npm start -- --fresh       delete what earlier runs stored first
  npm start -- --lines 3000  replay and check only the first 3,000 orders
  npm start -- --life-cycle  create, pay, pick, ship, cancel and delete orders instead: 200,000
                             operations in both lanes, checked against a model; with --once too
  npm start -- --life-cycle --operations 5000   so many of them
  npm start -- --help        this

MONGODB_URI and REDIS_URL name servers to use; without them they are found or installed and
started on this machine. A second run sends the same orders under the same idempotency keys and
changes nothing.
`;

/** @throws HeadraceError `command-line-wrong` */
export function readCommandLine(args: readonly string[]): CommandLine {
  const flags = parseFlags(args);
  const { help = false, once = false, fresh = false } = flags;
  const lines = numberOf('--lines', 'orders', flags.lines);
  const operations = numberOf('--operations', 'operations', flags.operations);
  const lifeCycle = flags['life-cycle'] ?? false;
  if (operations !== undefined && !lifeCycle) throw wrong('--operations goes with --life-cycle.');
  if (lines !== undefined && lifeCycle) throw wrong('--lines does not go with --life-cycle.');
  return { help, once, fresh, lines, lifeCycle, operations: operations ?? LIFE_CYCLE_OPERATIONS };
}

function numberOf(flag: string, what: string, written: string | undefined): number | undefined {
  if (written === undefined) return undefined;
  if (!/^[1-9]\d{0,8}$/.test(written)) {
    throw wrong(`${flag} wants a number of ${what} from 1 up, not "${written}".`);
  }
  return Number(written);
}

function wrong(problem: string): Error {
  return cdnowErrors.create('command-line-wrong', { problem });
}

function parseFlags(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean', short: 'h' },
        once: { type: 'boolean' },
        fresh: { type: 'boolean' },
        lines: { type: 'string' },
        'life-cycle': { type: 'boolean' },
        operations: { type: 'string' },
      },
    }).values;
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw cdnowErrors.create('command-line-wrong', { problem }, cause);
  }
}
