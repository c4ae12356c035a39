import { basename } from 'node:path';
import { startProcess, type RunningProcess } from '@headrace/local-servers';

export interface SpawnOptions {
  /** Absolute path of the .ts file to run. */
  readonly entry: string;
  readonly args?: readonly string[];
  /** Added to our own environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** The printed line that says it is up; its groups become `captured`. */
  readonly ready: RegExp;
  /** Default: our own folder. */
  readonly cwd?: string;
  /** Default 30,000. */
  readonly readyWithinMs?: number;
}

/**
 * Runs a TypeScript entry of this repository in a Node of its own, to be killed, paused and stopped.
 * @throws server-did-not-start with its last lines
 */
export async function spawnProcess(options: SpawnOptions): Promise<RunningProcess> {
  const { entry, args = [], cwd = process.cwd(), ...rest } = options;
  return await startProcess({
    name: basename(entry),
    path: process.execPath,
    args: ['--conditions=headrace-source', entry, ...args],
    cwd,
    ...rest,
  });
}
