import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startMongo, startRedis } from '@headrace/local-servers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { freePort, onPort } from '../src/launch/free-port.ts';

let folder: string;
let squatter: Server;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'headrace-port-'));
  squatter = createServer();
  await new Promise<void>((resolve) => squatter.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  squatter.close();
  await rm(folder, { recursive: true, force: true });
});

test.each([
  { name: 'MongoDB', start: startMongo },
  { name: 'Redis', start: startRedis },
])(
  '$name: a port somebody else has is refused when asked for, and passed over when found',
  async ({ start }) => {
    const taken = (squatter.address() as AddressInfo).port;
    await expect(start({ folder, port: taken })).rejects.toThrow(/already in use/i);
    const ports = [taken, await freePort()];
    await using server = await onPort(0, () => start({ folder, port: ports.shift() ?? 0 }));
    expect(server.port).not.toBe(taken);
    expect(ports).toEqual([]);
  },
);
