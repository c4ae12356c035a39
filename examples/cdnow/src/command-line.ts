import { parseArgs } from 'node:util';
import { cdnowErrors } from './cdnow-errors.ts';

/** What was asked for on the command line. */
export interface CommandLine {
  readonly help: boolean;
  readonly once: boolean;
  readonly fresh: boolean;
  /** Replay only so many orders; absent: all. */
  readonly lines: number | undefined;
}

export const HELP = `Replays 69,659 real orders through Headrace and checks the result in MongoDB.

  npm start                  replay, check, print three curls to try, stay up until Ctrl-C
  npm start -- --once        end after the summary: exit code 0 when every figure matches, else 1
  npm start -- --fresh       delete what earlier runs stored first
  npm start -- --lines 3000  replay and check only the first 3,000 orders
  npm start -- --help        this

MONGODB_URI and REDIS_URL name servers to use; without them they are found or installed and
started on this machine. A second run sends the same orders under the same idempotency keys and
changes nothing.
`;

/** @throws HeadraceError `command-line-wrong` */
export function readCommandLine(args: readonly string[]): CommandLine {
  const { help = false, once = false, fresh = false, lines } = parseFlags(args);
  if (lines !== undefined && !/^[1-9]\d{0,8}$/.test(lines)) {
    const problem = `--lines wants a number of orders from 1 up, not "${lines}".`;
    throw cdnowErrors.create('command-line-wrong', { problem });
  }
  return { help, once, fresh, lines: lines === undefined ? undefined : Number(lines) };
}

function parseFlags(args: readonly string[]): {
  help?: boolean;
  once?: boolean;
  fresh?: boolean;
  lines?: string;
} {
  try {
    return parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean', short: 'h' },
        once: { type: 'boolean' },
        fresh: { type: 'boolean' },
        lines: { type: 'string' },
      },
    }).values;
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw cdnowErrors.create('command-line-wrong', { problem }, cause);
  }
}
