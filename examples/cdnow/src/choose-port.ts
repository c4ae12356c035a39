import { once } from 'node:events';
import { createServer } from 'node:net';
import { freePort } from '@headrace/local-servers';

/** The usual port if nobody listens on it, else a free one. Fixed then, so a restart keeps it. */
export async function choosePort(usual: number): Promise<number> {
  const probe = createServer().listen(usual, '127.0.0.1');
  try {
    await once(probe, 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    return await freePort();
  }
  probe.close();
  await once(probe, 'close');
  return usual;
}
