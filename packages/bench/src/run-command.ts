import { constants } from 'node:os';
import { HeadraceError, StopOrder } from '@headrace/base';
import { benchErrors } from './errors.ts';

/** What a benchmark is given when it is run. */
export interface CommandRun {
  /** The words of the command line. */
  readonly args: readonly string[];
  /** Aborted when somebody wants it to end. */
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/**
 * Runs a benchmark as the program that this process is: signals, messages and the exit code. What it
 * adds to `order` is stopped at the end, however that comes.
 */
export async function runCommand(
  command: (order: StopOrder, run: CommandRun) => Promise<void>,
): Promise<void> {
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
  const args = process.argv.slice(2);
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  const order = new StopOrder();
  try {
    await command(order, { args, signal: interrupted.signal, say });
  } catch (error) {
    process.stderr.write(`\n${describe(error)}\n`);
    process.exitCode = interruptedBy === undefined ? 1 : 128 + constants.signals[interruptedBy];
    if (interruptedBy !== undefined) say('\nStopping.');
  } finally {
    await order.stop();
  }
}

/** Messages of Headrace are written to be read; anything else is a fault of the benchmark itself. */
function describe(error: unknown): string {
  if (error instanceof HeadraceError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
