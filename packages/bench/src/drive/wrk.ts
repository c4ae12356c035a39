import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Driver } from './load.ts';
import { readWrkOutput } from './read-wrk-output.ts';
import { runProgram } from './run-program.ts';
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
    const output = await runProgram('wrk', args, load.signal);
    await rm(script);
    return readWrkOutput(output);
  };
}
