import { once } from 'node:events';
import { homedir, constants } from 'node:os';
import { join } from 'node:path';
import { HeadraceError, StopOrder } from '@headrace/base';
import { cdnowErrors } from './cdnow-errors.ts';
import { HELP, readCommandLine, type CommandLine } from './command-line.ts';
import { runLifeCycle } from './life-cycle/run-life-cycle.ts';
import { runDemo } from './run-demo.ts';

// The entry of `npm start`: arguments, environment, signals and exit codes; the rest is runDemo.

const interrupted = new AbortController();
let interruptedBy: NodeJS.Signals | undefined;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // The second time somebody is in a hurry: leaving kills the child processes.
    if (interruptedBy !== undefined) process.exit(128 + constants.signals[signal]);
    interruptedBy = signal;
    interrupted.abort(cdnowErrors.create('interrupted', { signal }));
  });
}

try {
  const commandLine = readCommandLine(process.argv.slice(2));
  if (commandLine.help) process.stdout.write(HELP);
  else process.exitCode = await runAndStop(commandLine);
} catch (error) {
  process.stderr.write(`\n${describe(error)}\n`);
  process.exitCode = interruptedBy === undefined ? 1 : 128 + constants.signals[interruptedBy];
}
// A build of a server, for one, may still be under way.
if (interruptedBy !== undefined) process.exit();

async function runAndStop(commandLine: CommandLine): Promise<number> {
  const { once: endAtOnce, fresh, lines, lifeCycle, operations } = commandLine;
  const { signal } = interrupted;
  const parts = new StopOrder();
  const stopped = signal.aborted ? Promise.resolve() : once(signal, 'abort');
  try {
    const options = {
      folder: demoFolder(),
      mongodbUri: process.env['MONGODB_URI'],
      redisUrl: process.env['REDIS_URL'],
      fresh,
      output: process.stdout,
      signal,
      onLost: (error: unknown) => {
        interrupted.abort(error);
      },
    };
    const demo = lifeCycle
      ? runLifeCycle(parts, { ...options, operations })
      : runDemo(parts, { ...options, lines });
    // A stop must not wait for what can not be interrupted.
    await Promise.race([demo, stopped]);
    signal.throwIfAborted();
    const ok = await demo;
    if (!endAtOnce) {
      process.stdout.write('Ctrl-C stops everything.\n');
      await stopped;
      if (interruptedBy === undefined) signal.throwIfAborted();
    }
    return ok ? 0 : 1;
  } finally {
    if (interruptedBy !== undefined) process.stdout.write('\nStopping.\n');
    await parts.stop();
  }
}

/** Kept between runs, so that a second run finds what the first has stored. */
function demoFolder(): string {
  return join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'headrace', 'demo');
}

/** Messages of Headrace are written to be read; anything else is a fault of the demo itself. */
function describe(error: unknown): string {
  if (error instanceof HeadraceError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
