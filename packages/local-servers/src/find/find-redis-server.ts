import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { localServerErrors } from '../errors.ts';
import { withInstallLock } from './install-lock.ts';
import { perUserCache } from './per-user-cache.ts';
import { programOnPath } from './program-on-path.ts';
import { runCommand } from './run-command.ts';
import type { Say } from './say.ts';

/**
 * Absolute path of redis-server; installed by apt-get where we are root on Debian.
 * @throws no-redis-program with what to install; program-failed when apt-get does
 */
export async function findRedisServer(options: { readonly say?: Say } = {}): Promise<string> {
  const say = options.say ?? (() => undefined);
  const path = await programOnPath('redis-server');
  if (path !== undefined) return path;
  if (!existsSync('/etc/debian_version')) {
    throw missing('it is not on PATH', 'redis 7 or newer with the package manager of this system');
  }
  if (process.getuid?.() !== 0) {
    throw missing(
      'it is not on PATH and only root may install it',
      'sudo apt-get install redis-server',
    );
  }
  return await withInstallLock(join(perUserCache(), 'apt-redis.lock'), say, async () => {
    // Another process may have installed it while we waited for the lock.
    return (await programOnPath('redis-server')) ?? (await installByApt(say));
  });
}

async function installByApt(say: Say): Promise<string> {
  say('Installing redis-server with apt-get: about 20 s, once. To skip it set REDIS_URL.');
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const wait = ['-o', 'DPkg::Lock::Timeout=120'];
  await runCommand({ path: 'apt-get', args: ['update', ...wait], env, say });
  const install = ['install', '-y', '--no-install-recommends', ...wait, 'redis-server'];
  await runCommand({ path: 'apt-get', args: install, env, say });
  const path = await programOnPath('redis-server');
  if (path === undefined) throw missing('apt-get put it nowhere on PATH', 'redis-server');
  return path;
}

function missing(reason: string, fix: string): Error {
  return localServerErrors.create('no-redis-program', { reason, fix });
}
