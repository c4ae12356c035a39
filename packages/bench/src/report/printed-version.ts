import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** The first line of what a program answers to `--version`. */
export async function printedVersion(path: string): Promise<string> {
  const { stdout } = await promisify(execFile)(path, ['--version']);
  return stdout.split('\n')[0]?.trim() ?? '';
}
