import { spawn } from 'node:child_process';
import { benchErrors } from '../errors.ts';

/**
 * Runs a program to its end.
 * @returns what it printed, standard error included
 * @throws HeadraceError `program-failed`; the signal's reason
 */
export function runProgram(
  path: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<string> {
  const child = spawn(path, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  }
  const stop = (): void => {
    child.kill('SIGKILL');
  };
  signal.addEventListener('abort', stop);
  return new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, killedBy) => {
      signal.removeEventListener('abort', stop);
      if (signal.aborted) reject(signal.reason as Error);
      else if (code === 0) resolve(output);
      else reject(programFailed(path, killedBy ?? `exit code ${code ?? 0}`, output));
    });
  });
}

/**
 * Runs a TypeScript program of this package with the Node that runs us.
 * @param job told as JSON, its one argument
 * @returns what it printed last, a line of JSON
 * @throws HeadraceError `program-failed`; the signal's reason
 */
export async function runJob(program: URL, job: object, signal: AbortSignal): Promise<unknown> {
  const flags = ['--expose-gc', '--conditions=headrace-source'];
  const args = [...flags, program.pathname, JSON.stringify(job)];
  const output = await runProgram(process.execPath, args, signal);
  const [last = ''] = output.trimEnd().split('\n').slice(-1);
  if (!last.startsWith('{')) throw programFailed(program.pathname, 'it told no figures', output);
  return JSON.parse(last) as unknown;
}

/** The error for a program that did not do what it was run for. */
export function programFailed(path: string, ending: string, output: string): Error {
  const what = path.slice(path.lastIndexOf('/') + 1);
  return benchErrors.create('program-failed', { what, ending, output });
}
