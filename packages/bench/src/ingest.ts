import { constants } from 'node:os';
import { HeadraceError, StopOrder } from '@headrace/base';
import { benchErrors } from './errors.ts';
import { HELP, readCommandLine } from './plan/command-line.ts';
import { runIngest } from './run-ingest.ts';

// The entry of `npm run bench:ingest`: arguments, signals and exit codes; the rest is runIngest.

const interrupted = new AbortController();
let interruptedBy: NodeJS.Signals | undefined;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // The second time somebody is in a hurry: leaving kills the child processes.
    if (interruptedBy !== undefined) process.exit(128 + constants.signals[signal]);
    interruptedBy = signal;
    interrupted.abort(benchErrors.create('interrupted', { signal }));
  });
}

try {
  const args = process.argv.slice(2);
  const commandLine = readCommandLine(args);
  if (commandLine.help) process.stdout.write(HELP);
  else await runAndStop(args, commandLine);
} catch (error) {
  process.stderr.write(`\n${describe(error)}\n`);
  process.exitCode = interruptedBy === undefined ? 1 : 128 + constants.signals[interruptedBy];
}

async function runAndStop(
  args: readonly string[],
  commandLine: ReturnType<typeof readCommandLine>,
): Promise<void> {
  const { signal } = interrupted;
  const order = new StopOrder();
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  try {
    await runIngest(order, { commandLine, args, signal, say });
  } finally {
    if (interruptedBy !== undefined) say('\nStopping.');
    await order.stop();
  }
}

/** Messages of Headrace are written to be read; anything else is a fault of the benchmark itself. */
function describe(error: unknown): string {
  if (error instanceof HeadraceError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
