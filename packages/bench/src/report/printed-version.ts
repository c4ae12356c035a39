import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** The version in what a program answers to `--version`. */
export async function printedVersion(path: string): Promise<string> {
  const { stdout } = await promisify(execFile)(path, ['--version']);
  return /\d+\.\d+\.\d+[-.\w]*/.exec(stdout)?.[0] ?? stdout.trim();
}
