import { EventEmitter, once } from 'node:events';
import { mkdtemp, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withInstallLock } from '../src/find/install-lock.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'headrace-lock-'));
  path = join(folder, 'build.lock');
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const silent = (): void => undefined;

test('two holders never work at once, and the lock is gone after them', async () => {
  const events: string[] = [];
  const signals = new EventEmitter();
  const firstBegan = once(signals, 'first began');
  const secondCame = once(signals, 'second came');
  const firstDone = withInstallLock(path, silent, async () => {
    signals.emit('first began');
    await secondCame;
    events.push('first done');
  });
  await firstBegan;
  const waits = (): void => {
    events.push('second waits');
    signals.emit('second came');
  };
  await withInstallLock(path, waits, () => {
    events.push('second works');
    signals.emit('second came');
    return Promise.resolve();
  });
  await firstDone;
  expect(events).toEqual(['second waits', 'first done', 'second works']);
  await expect(stat(path)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a failure of the work passes on and frees the lock', async () => {
  const failing = withInstallLock(path, silent, () => Promise.reject(new RangeError('no')));
  await expect(failing).rejects.toThrow(RangeError);
  expect(await withInstallLock(path, silent, () => Promise.resolve('free'))).toBe('free');
});

test('the lock of a dead process is taken over', async () => {
  await writeFile(path, '4194305'); // above the highest pid Linux gives out
  expect(await withInstallLock(path, silent, () => Promise.resolve('ours'))).toBe('ours');
});

test('the lock of a living pid that stopped touching it is taken over', async () => {
  await writeFile(path, String(process.pid));
  const minuteAgo = new Date(Date.now() - 60_000);
  await utimes(path, minuteAgo, minuteAgo);
  expect(await withInstallLock(path, silent, () => Promise.resolve('ours'))).toBe('ours');
});

test('the lock of a living process is waited for, and said so', async () => {
  await writeFile(path, String(process.pid));
  const lines: string[] = [];
  const waiting = withInstallLock(
    path,
    (line) => lines.push(line),
    () => Promise.resolve('had'),
  );
  await expect.poll(() => lines).toEqual([expect.stringContaining(`process ${process.pid}`)]);
  await rm(path);
  expect(await waiting).toBe('had');
});
