import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { benchErrors } from '../errors.ts';

/**
 * Makes sure that wrk is there; installs it where we are root on Debian.
 * @returns its version, as it says it
 * @throws HeadraceError `no-wrk` with what to install
 */
export async function findWrk(say: (line: string) => void): Promise<string> {
  const version = await wrkVersion();
  if (version !== undefined) return version;
  if (!existsSync('/etc/debian_version')) {
    throw missing('it is not on PATH', 'wrk 4 with the package manager of this system');
  }
  if (process.getuid?.() !== 0) {
    throw missing('it is not on PATH and only root may install it', 'sudo apt-get install wrk');
  }
  say('Installing wrk with apt-get: about 20 s, once.');
  await ended('apt-get', ['update']);
  await ended('apt-get', ['install', '-y', '--no-install-recommends', 'wrk']);
  const installed = await wrkVersion();
  if (installed === undefined) throw missing('apt-get did not bring it', 'apt-get install wrk');
  return installed;
}

/** wrk prints its version and, asked for nothing else, its usage; its exit code says nothing. */
async function wrkVersion(): Promise<string | undefined> {
  const output = await ended('wrk', ['--version']);
  return output === undefined ? undefined : /^wrk (\S+)/m.exec(output)?.[1];
}

/** What a command printed; undefined when there is no such command. */
function ended(path: string, args: readonly string[]): Promise<string | undefined> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const child = spawn(path, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve) => {
    child.once('error', () => {
      resolve(undefined);
    });
    child.once('close', () => {
      resolve(output);
    });
  });
}

function missing(reason: string, fix: string): Error {
  return benchErrors.create('no-wrk', { reason, fix });
}
