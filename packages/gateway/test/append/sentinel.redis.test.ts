import { join } from 'node:path';
import { writeFile } from 'node:fs/promises';
import {
  findRedisServer,
  freePort,
  startProcess,
  type RunningProcess,
  type RunningServer,
} from '@headrace/local-servers';
import { temporaryFolder, testRedis, waitFor } from '@headrace/testkit';
import { expect, it } from 'vitest';
import { append, appenderOf, bareWrite, freshNames, outcome } from './lane-under-test.ts';

// Real sentinels over a real master and its replica.
const masterName = 'orders';
const quorum = 2;

it('goes on with the new master after a fail-over, and says beforehand that it may lose writes', async () => {
  await using folder = await temporaryFolder();
  await using master = await testRedis({ appendfsync: 'always' });
  await using replica = await replicaOf(master);
  const sentinels = await startSentinels(folder.path, master);
  const appender = await appenderOf('redis://ignored.invalid', freshNames(), {
    redis: { masterName, sentinels: sentinels.map(({ port }) => ({ host: '127.0.0.1', port })) },
  });
  expect(outcome(await append(appender, bareWrite()))).toBe('queued');
  expect(appender.durability().mayLoseOnFailover).toBe(true);
  await master.kill();
  const queuedAgain = async (): Promise<boolean> =>
    outcome(await append(appender, bareWrite({}, { deadlineAtMs: Infinity }))) === 'queued';
  await waitFor(queuedAgain, { what: 'a write is queued by the new master', deadlineMs: 40_000 });
  expect(replica.logTail()).toContain('MASTER MODE enabled');
  await appender.stop();
  for (const { running } of sentinels) await running.stop();
});

it('logs in to sentinels as their ACL user, and is refused with another password', async () => {
  await using folder = await temporaryFolder();
  await using master = await testRedis();
  const port = await freePort();
  const sentinel = await startSentinel(folder.path, port, [
    `sentinel monitor ${masterName} 127.0.0.1 ${master.port} 1`,
    ...['user default off', 'user headrace on >secret allchannels +@all'],
  ]);
  const openAs = (sentinelPassword: string) =>
    appenderOf('redis://ignored.invalid', freshNames(), {
      redis: {
        ...{ masterName, sentinels: [{ host: '127.0.0.1', port }] },
        ...{ sentinelUsername: 'headrace', sentinelPassword },
      },
    });
  await expect(openAs('wrong')).rejects.toMatchObject({ code: 'redis-lost' });
  const appender = await openAs('secret');
  expect(outcome(await append(appender, bareWrite()))).toBe('queued');
  await appender.stop();
  await sentinel.stop();
});

it('says at once that no sentinel can be reached', async () => {
  const nobody = { host: '127.0.0.1', port: await freePort() };
  const started = appenderOf('redis://ignored.invalid', freshNames(), {
    redis: { masterName, sentinels: [nobody] },
  });
  await expect(started).rejects.toMatchObject({ code: 'redis-lost' });
});

async function replicaOf(master: RunningServer): Promise<RunningServer> {
  const replica = await testRedis({ extraArgs: ['--replicaof', `127.0.0.1 ${master.port}`] });
  const inStep = () => replica.logTail().includes('Finished with success');
  await waitFor(inStep, { what: 'the replica is in step' });
  return replica;
}

async function startSentinel(
  folder: string,
  port: number,
  settings: readonly string[],
): Promise<RunningProcess> {
  const file = join(folder, `sentinel-${port}.conf`);
  const lines = [`port ${port}`, 'bind 127.0.0.1', `dir ${folder}`, ...settings];
  await writeFile(file, `${lines.join('\n')}\n`);
  const path = await findRedisServer({});
  return await startProcess({
    ...{ name: 'redis-sentinel', path, args: [file, '--sentinel'], cwd: folder },
    ready: /\+monitor master/,
  });
}

interface Sentinel {
  readonly port: number;
  readonly running: RunningProcess;
}

async function startSentinels(folder: string, master: RunningServer): Promise<Sentinel[]> {
  const sentinels: Sentinel[] = [];
  for (let at = 0; at < quorum; at += 1) {
    const port = await freePort();
    const running = await startSentinel(folder, port, [
      `sentinel monitor ${masterName} 127.0.0.1 ${master.port} ${quorum}`,
      `sentinel down-after-milliseconds ${masterName} 1000`,
      `sentinel failover-timeout ${masterName} 5000`,
    ]);
    sentinels.push({ port, running });
  }
  // Only sentinels that know the replica and each other can agree on a fail-over.
  const knowAll = () =>
    sentinels.every(({ running }) => /\+slave [^]*\+sentinel /.test(running.logTail()));
  await waitFor(knowAll, { what: 'the sentinels know the replica and each other' });
  return sentinels;
}
