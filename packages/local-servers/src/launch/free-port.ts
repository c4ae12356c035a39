import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { HeadraceError } from '@headrace/base';

// Below the range that Linux gives to outgoing connections (32768 and up): none of those can take
// the port while a server is between two starts.
const LOWEST_PORT = 20_000;
const HIGHEST_PORT = 32_000;
const ATTEMPTS = 5;

/** A port of 127.0.0.1 that nothing listens on now. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(LOWEST_PORT, HIGHEST_PORT);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => {
      resolve(false);
    });
    probe.listen(port, '127.0.0.1', () => {
      probe.close(() => {
        resolve(true);
      });
    });
  });
}

/**
 * Starts something on `wanted`, or (0 or absent) on a free port, with another one if somebody was
 * quicker between the look and the start.
 */
export async function onPort<Started>(
  wanted: number | undefined,
  start: (port: number) => Promise<Started>,
): Promise<Started> {
  if (wanted) return await start(wanted);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await start(await freePort());
    } catch (cause) {
      if (attempt === ATTEMPTS || !isPortTaken(cause)) throw cause;
    }
  }
}

function isPortTaken(cause: unknown): boolean {
  return (
    cause instanceof HeadraceError &&
    cause.code === 'server-did-not-start' &&
    /address (is )?already in use/i.test(cause.message)
  );
}
