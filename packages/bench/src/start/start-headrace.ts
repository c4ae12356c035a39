import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StopOrder } from '@headrace/base';
import { startProcess, startRedis, type RunningProcess } from '@headrace/local-servers';
import { BufferProbe } from './buffer-probe.ts';
import { gatewayConfig } from './gateway-config.ts';
import { COLLECTION, DATABASE, type Subject } from './subject.ts';

export interface HeadraceStart {
  readonly tier: 'strong' | 'eventual';
  readonly changes: 'none' | 'direct' | 'buffered';
  readonly mongodbUri: string;
  /** For what lives as long as the processes. */
  readonly folder: string;
  /** Where the gateway leaves a CPU profile when it ends, and its name; absent: none is made. */
  readonly profile: { readonly folder: string; readonly name: string } | undefined;
}

const COMMAND = fileURLToPath(new URL('../../../cli/src/main.ts', import.meta.url));

/**
 * A Redis with an empty buffer, one gateway, and at eventual one worker: each a process of its own,
 * in the configuration that ships.
 */
export async function startHeadrace(start: HeadraceStart): Promise<Subject> {
  const order = new StopOrder();
  try {
    return await startAll(start, order);
  } catch (cause) {
    await order.stop();
    throw cause;
  }
}

async function startAll(start: HeadraceStart, order: StopOrder): Promise<Subject> {
  const folder = await mkdtemp(join(start.folder, 'headrace-'));
  order.add('folder', () => rm(folder, { recursive: true }));
  const redis = await startRedis({ folder: join(folder, 'redis') });
  order.add('redis', () => ended(redis));
  const probe = new BufferProbe(redis.uri);
  order.add('probe', () => {
    probe.close();
  });
  const configFile = join(folder, 'headrace.yaml');
  await writeFile(configFile, gatewayConfig({ ...start, redisUri: redis.uri }));

  const gateway = await startVerb('gateway', configFile, profileFlags(start));
  order.add('gateway', () => ended(gateway));
  const pids: Record<string, number> = { server: gateway.pid, redis: redis.pid };
  if (start.tier === 'eventual') {
    const worker = await startVerb('worker', configFile, []);
    order.add('worker', () => ended(worker));
    pids['worker'] = worker.pid;
  }
  return {
    url: gateway.captured[0] ?? '',
    path: `/v1/db/${DATABASE}/${COLLECTION}`,
    updateType: 'application/vnd.headrace.update+json',
    pids,
    backlog: () => probe.backlog(),
    drain: (signal) => probe.drain(signal),
    stop: () => order.stop(),
  };
}

async function startVerb(
  verb: 'gateway' | 'worker',
  configFile: string,
  flags: readonly string[],
): Promise<RunningProcess> {
  return await startProcess({
    name: `headrace ${verb}`,
    path: process.execPath,
    args: [...flags, '--conditions=headrace-source', COMMAND, verb, '--config', configFile],
    cwd: process.cwd(),
    env: { NODE_ENV: 'production' },
    ready: /^headrace(?: worker)? listening on (http:\/\/\S+)/,
  });
}

function profileFlags({ profile }: HeadraceStart): readonly string[] {
  if (profile === undefined) return [];
  const { folder, name } = profile;
  return ['--cpu-prof', `--cpu-prof-dir=${folder}`, `--cpu-prof-name=${name}.cpuprofile`];
}

async function ended(running: { stop(): Promise<unknown> }): Promise<void> {
  await running.stop();
}
