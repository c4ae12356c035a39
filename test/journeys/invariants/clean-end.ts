import { connect } from 'node:net';
import { expect } from 'vitest';
import type { HeadraceProcess } from '../headrace-process.ts';
import { REDIS_PREFIX, type System } from '../start-system.ts';

/**
 * Sends SIGTERM and makes sure of a clean end: exit code 0 by itself, no process and no listener
 * left, and in Redis neither a connection nor a lease of it. Beside it only processes without Redis
 * and without leases may run.
 */
export async function expectCleanEnd(system: System, process: HeadraceProcess): Promise<void> {
  const { pid, url } = process;
  const before = await connections(system);
  expect(await process.stop(), process.logTail).toEqual({ code: 0, signal: null });
  expect(isAlive(pid)).toBe(false);
  expect(await isListening(new URL(url))).toBe(false);
  expect(await connections(system)).toBeLessThan(before);
}

/** No worker is left: nobody owns a partition. */
export async function expectNoLeases({ redisClient }: System): Promise<void> {
  expect(await redisClient.keys(`{${REDIS_PREFIX}:p*}:l`)).toEqual([]);
}

async function connections({ redisClient }: System): Promise<number> {
  return String(await redisClient.client('LIST'))
    .trim()
    .split('\n').length;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

function isListening({ hostname, port }: URL): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port) }, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => {
      resolve(false);
    });
  });
}
