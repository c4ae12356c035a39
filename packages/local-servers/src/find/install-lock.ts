import { mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { localServerErrors } from '../errors.ts';
import type { Say } from './say.ts';

const POLL_EVERY_MS = 250;
const BEAT_EVERY_MS = 2_000;
/** An owner that has not touched its lock for this long is dead, whatever its pid says now. */
const STALE_AFTER_MS = 30_000;
const WAIT_WITHIN_MS = 15 * 60_000;

/**
 * Runs `work` while holding the lock file at `path`, so that two processes do not build or install
 * the same thing at once: the second waits, and then usually finds it done.
 * @throws lock-not-had after 15 minutes
 */
export async function withInstallLock<Result>(
  path: string,
  say: Say,
  work: () => Promise<Result>,
): Promise<Result> {
  await mkdir(dirname(path), { recursive: true });
  await takeLock(path, say);
  const beat = setInterval(() => void touch(path), BEAT_EVERY_MS);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    await rm(path, { force: true });
  }
}

async function takeLock(path: string, say: Say): Promise<void> {
  const began = performance.now();
  for (let told = false; ;) {
    if (await created(path)) return;
    const owner = await readOwner(path);
    if (owner === undefined) continue; // gone since: try again at once
    if (owner.isStale) {
      await removeStale(path, owner.text);
      continue;
    }
    const waitedMs = Math.round(performance.now() - began);
    if (waitedMs > WAIT_WITHIN_MS) {
      throw localServerErrors.create('lock-not-had', { path, owner: owner.text, waitedMs });
    }
    if (!told)
      say(`Waiting for process ${owner.text}, which is installing the same thing (${path}).`);
    told = true;
    await new Promise((resolve) => setTimeout(resolve, POLL_EVERY_MS));
  }
}

async function created(path: string): Promise<boolean> {
  return await writeFile(path, String(process.pid), { flag: 'wx' }).then(
    () => true,
    (cause: unknown) => {
      if (codeOf(cause) === 'EEXIST') return false;
      throw cause;
    },
  );
}

async function readOwner(path: string): Promise<{ text: string; isStale: boolean } | undefined> {
  try {
    const text = await readFile(path, 'utf8');
    const { mtimeMs } = await stat(path);
    const isDead = text !== '' && !isAlive(Number(text)); // '' for a moment, while it is written
    return { text, isStale: isDead || Date.now() - mtimeMs > STALE_AFTER_MS };
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return undefined;
    throw cause;
  }
}

/** Moves the lock away before deleting it: of two that saw it stale only one succeeds. */
async function removeStale(path: string, seen: string): Promise<void> {
  const aside = `${path}.stale-${process.pid}`;
  try {
    await rename(path, aside);
    // The other one may have deleted and taken it anew in between: then what we moved is alive.
    if ((await readFile(aside, 'utf8')) !== seen) await rename(aside, path);
    else await rm(aside);
  } catch (cause) {
    if (codeOf(cause) !== 'ENOENT') throw cause;
  }
}

async function touch(path: string): Promise<void> {
  const now = new Date();
  await utimes(path, now, now).catch((cause: unknown) => {
    if (codeOf(cause) !== 'ENOENT') throw cause; // released while we were about to touch it
  });
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (cause) {
    return codeOf(cause) === 'EPERM'; // alive, and somebody else's
  }
}

function codeOf(cause: unknown): unknown {
  return (cause as NodeJS.ErrnoException).code;
}
