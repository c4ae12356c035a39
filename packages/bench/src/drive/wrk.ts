import { spawn } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { benchErrors } from '../errors.ts';
import type { Driver } from './load.ts';
import { readWrkOutput } from './read-wrk-output.ts';
import { wrkScript } from './wrk-script.ts';

/** One thread makes many times the load that any case can take, and leaves the cores to it. */
const THREADS = 1;
/** An answer that takes longer counts as a socket error. */
const TIMEOUT = '10s';

/**
 * Makes loads with wrk (https://github.com/wg/wrk, 4.1).
 * @param folder for its scripts
 */
export function wrkDriver(folder: string): Driver {
  return async (load) => {
    const script = join(folder, 'load.lua');
    await writeFile(script, wrkScript(load));
    const args = ['--threads', String(THREADS), '--connections', String(load.connections)];
    args.push('--duration', `${load.seconds}s`, '--timeout', TIMEOUT, '--script', script, load.url);
    const output = await runWrk(args, load.signal);
    await rm(script);
    return readWrkOutput(output);
  };
}

function runWrk(args: readonly string[], signal: AbortSignal): Promise<string> {
  const child = spawn('wrk', args, { stdio: ['ignore', 'pipe', 'pipe'] });
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
      else reject(failed(killedBy ?? `exit code ${code ?? 0}`, output));
    });
  });
}

function failed(ending: string, output: string): Error {
  return benchErrors.create('load-failed', { ending, output });
}
