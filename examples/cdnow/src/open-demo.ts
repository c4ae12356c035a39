import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StopOrder } from '@headrace/base';
import { findServers, type FoundServers } from '@headrace/local-servers';
import { MongoClient } from 'mongodb';
import { choosePort } from './choose-port.ts';
import { gatewayPlan, keepGatewayRunning, type KeptGateway } from './keep-gateway-running.ts';
import { DEMO_DATABASE } from './order-document.ts';
import type { ProgressOutput } from './progress-bar.ts';
import { DEMO_META_DATABASE, writeConfig } from './write-config.ts';

export interface OpenOptions {
  /** Data of the servers that are started; kept, so that the next run finds it. */
  readonly folder: string;
  /** Servers to use as they are. */
  readonly mongodbUri: string | undefined;
  readonly redisUrl: string | undefined;
  /** Delete what earlier runs stored first. */
  readonly fresh: boolean;
  readonly output: ProgressOutput;
  readonly signal: AbortSignal;
  /** Called when the gateway can not be kept running. */
  readonly onLost: (error: unknown) => void;
}

/** Servers and gateway, ready to be written to. */
export interface OpenDemo {
  readonly gateway: KeptGateway;
  /** Straight to MongoDB, for the check. */
  readonly client: MongoClient;
  readonly say: (line: string) => void;
}

/** Starts what the demo needs. Every part that runs is added to `parts` at once. */
export async function openDemo(parts: StopOrder, options: OpenOptions): Promise<OpenDemo> {
  const { output, signal } = options;
  const say = (line: string): void => void output.write(`${line}\n`);
  const servers = await openServers(parts, options, say);
  signal.throwIfAborted();
  const client = new MongoClient(servers.mongodbUri);
  parts.add('the check', () => client.close());
  if (options.fresh && options.mongodbUri) await dropDemo(client);
  const gateway = await openGateway(parts, options, { servers, say });
  signal.throwIfAborted();
  return { gateway, client, say };
}

async function openServers(
  parts: StopOrder,
  options: OpenOptions,
  say: (line: string) => void,
): Promise<FoundServers> {
  const { folder, fresh, mongodbUri, redisUrl } = options;
  if (fresh) await rm(folder, { recursive: true, force: true });
  const servers = await findServers({ folder, mongodbUri, redisUrl, say });
  parts.add('the servers', () => servers.stop());
  const { started } = servers;
  say(`MongoDB  ${started.mongodb?.uri ?? 'as MONGODB_URI says'}, database ${DEMO_DATABASE}`);
  say(`Redis    ${started.redis?.uri ?? 'as REDIS_URL says'}`);
  if (started.mongodb ?? started.redis) {
    say(`Data     ${folder}, kept for the next run; --fresh deletes it`);
  }
  return servers;
}

async function openGateway(
  parts: StopOrder,
  options: OpenOptions,
  { servers, say }: { servers: FoundServers; say: (line: string) => void },
): Promise<KeptGateway> {
  const folder = await mkdtemp(join(tmpdir(), 'headrace-demo-'));
  parts.add('the configuration', () => rm(folder, { recursive: true }));
  const configFile = join(folder, 'headrace.yaml');
  await writeConfig(configFile, {
    port: await choosePort(8080),
    adminPort: await choosePort(8081),
    mongodbUri: servers.mongodbUri,
    redisUrl: servers.redisUrl ?? '',
  });
  const { onLost } = options;
  const gateway = await keepGatewayRunning(gatewayPlan(configFile), { say, onLost });
  parts.add('the gateway', () => gateway.stop());
  say(`Headrace ${gateway.url}, gateway and worker in process ${gateway.pid}`);
  say(
    '\nThis demo sets tiers.allowLower: with one data-bearing member nothing can be balanced\n' +
      '(w:2), so those orders are written at a lower tier and their receipts say so.',
  );
  return gateway;
}

async function dropDemo(client: MongoClient): Promise<void> {
  await client.db(DEMO_DATABASE).dropDatabase();
  await client.db(DEMO_META_DATABASE).dropDatabase();
}
