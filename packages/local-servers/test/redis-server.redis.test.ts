import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProcess, startRedis } from '@headrace/local-servers';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, test } from 'vitest';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'headrace-local-redis-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

test('it runs with the settings of the buffered lane and keeps data through restart', async () => {
  await using server = await startRedis({
    folder,
    appendfsync: 'always',
    maxmemoryBytes: 50_000_000,
  });
  const redis = new Redis(server.uri);
  try {
    const settings = ['maxmemory', 'maxmemory-policy', 'appendonly', 'appendfsync', 'save', 'bind'];
    expect(parsePairs(await redis.config('GET', ...settings))).toEqual({
      maxmemory: '50000000',
      'maxmemory-policy': 'noeviction',
      appendonly: 'yes',
      appendfsync: 'always',
      save: '',
      bind: '127.0.0.1',
    });
    await redis.set('a', '1');
    await server.kill();
    await server.restart();
    expect(await redis.get('a')).toBe('1');
  } finally {
    redis.disconnect();
  }
});

test('a paused server answers once it is resumed, and can be stopped while paused', async () => {
  await using server = await startRedis({ folder });
  const redis = new Redis(server.uri);
  try {
    await redis.ping();
    server.pause();
    await expect.poll(() => stateOf(server.pid)).toBe('T');
    const answer = redis.ping();
    server.resume();
    expect(await answer).toBe('PONG');
    server.pause();
  } finally {
    redis.disconnect();
  }
  expect(await server.stop()).toEqual({ code: 0, signal: null });
});

const OWNER = `
  import { startRedis } from '@headrace/local-servers';
  process.once('SIGUSR2', () => process.exit(3));
  const server = await startRedis({ folder: process.argv[1] });
  console.log('started ' + server.pid);
  setInterval(() => undefined, 1000);
`;

test.each(['SIGUSR2', 'SIGKILL'] as const)(
  'a server ends with the process that started it, ended by %s',
  async (signal) => {
    const args = ['--conditions=headrace-source', '--input-type=module', '-e', OWNER, folder];
    await using owner = await startProcess({
      ...{ name: 'owner', path: process.execPath, args },
      ...{ cwd: import.meta.dirname, ready: /^started (\d+)$/ },
    });
    const serverPid = Number(owner.captured[0]);
    expect(isAlive(serverPid)).toBe(true);
    await owner.kill(signal);
    await expect.poll(() => isAlive(serverPid), { timeout: 5_000 }).toBe(false);
  },
);

/** The third field of /proc/PID/stat: T is stopped by a signal. */
async function stateOf(pid: number): Promise<string | undefined> {
  return (await readFile(`/proc/${pid}/stat`, 'utf8')).split(' ')[2];
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function parsePairs(flat: readonly string[]): Record<string, string> {
  const pairs: Record<string, string> = {};
  for (let i = 0; i < flat.length; i += 2) pairs[flat[i] ?? ''] = flat[i + 1] ?? '';
  return pairs;
}
