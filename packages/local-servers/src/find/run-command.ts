import { spawn } from 'node:child_process';
import { localServerErrors } from '../errors.ts';
import type { Say } from './say.ts';

const KEPT_CHARACTERS = 4_000;
const REMIND_EVERY_MS = 30_000;

export interface Command {
  readonly path: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Killed after this; absent: it may take as long as it needs. */
  readonly withinMs?: number;
  readonly say: Say;
}

/**
 * Runs a command to its end, with a line every 30 s to say that it still runs.
 * @returns what it wrote to standard output
 * @throws program-failed with the end of its output
 */
export async function runCommand(command: Command): Promise<string> {
  const began = performance.now();
  const child = spawn(command.path, command.args, {
    cwd: command.cwd,
    env: { ...process.env, ...command.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(command.withinMs === undefined ? {} : { timeout: command.withinMs, killSignal: 'SIGKILL' }),
  });
  let stdout = '';
  let tail = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  for (const stream of [child.stdout, child.stderr]) {
    stream.on(
      'data',
      (chunk: Buffer) => (tail = (tail + chunk.toString()).slice(-KEPT_CHARACTERS)),
    );
  }
  const reminder = setInterval(() => {
    const seconds = Math.round((performance.now() - began) / 1000);
    command.say(`  still running after ${seconds} s: ${command.path}`);
  }, REMIND_EVERY_MS);
  const ending = await new Promise<string>((resolve) => {
    child.once('error', (cause) => {
      resolve(cause.message);
    });
    child.once('close', (code, signal) => {
      resolve(signal ?? `exit code ${code ?? 0}`);
    });
  });
  clearInterval(reminder);
  if (ending === 'exit code 0') return stdout;
  throw localServerErrors.create('program-failed', { name: command.path, ending, logTail: tail });
}
