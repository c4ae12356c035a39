import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StopOrder } from '@headrace/base';
import { findServers, type FoundServers } from '@headrace/local-servers';
import { MongoClient, type Collection } from 'mongodb';
import { checkResult, waitUntilApplied } from './check-result.ts';
import { choosePort } from './choose-port.ts';
import { expectedFigures } from './expected-figures.ts';
import { formatCheck, formatCurls, formatReplay } from './format-summary.ts';
import { gatewayPlan, keepGatewayRunning, type KeptGateway } from './keep-gateway-running.ts';
import { DEMO_COLLECTION, DEMO_DATABASE } from './order-document.ts';
import { ProgressBar, type ProgressOutput } from './progress-bar.ts';
import { ordersFile, readOrders } from './read-orders.ts';
import { replay } from './replay.ts';
import { DEMO_META_DATABASE, writeConfig } from './write-config.ts';

export interface DemoOptions {
  /** Data of the servers that are started; kept, so that the next run finds it. */
  readonly folder: string;
  /** Servers to use as they are. */
  readonly mongodbUri: string | undefined;
  readonly redisUrl: string | undefined;
  /** Delete what earlier runs stored first. */
  readonly fresh: boolean;
  /** Replay only so many orders. */
  readonly lines: number | undefined;
  readonly output: ProgressOutput;
  readonly signal: AbortSignal;
  /** Called when the gateway can not be kept running. */
  readonly onLost: (error: unknown) => void;
}

/**
 * The whole demo up to its summary. Every part that runs is added to `parts` at once.
 * @returns whether every figure in the database is that of the file
 */
export async function runDemo(parts: StopOrder, options: DemoOptions): Promise<boolean> {
  const { output, signal } = options;
  const say = (line: string): void => void output.write(`${line}\n`);
  const servers = await openServers(parts, options, say);
  signal.throwIfAborted();
  const client = new MongoClient(servers.mongodbUri);
  parts.add('the check', () => client.close());
  if (options.fresh && options.mongodbUri) await dropDemo(client);
  const gateway = await openGateway(parts, options, { servers, say });
  signal.throwIfAborted();

  const orders = (await readOrders()).slice(0, options.lines);
  say(`\nReplaying ${orders.length.toLocaleString('en-US')} orders with 64 callers.`);
  const bar = new ProgressBar(output, orders.length, 'orders');
  const onProgress = (done: number): void => {
    bar.show(done);
  };
  const report = await replay({ url: gateway.url, orders, signal, onProgress });
  bar.end();
  say(`\n${formatReplay(report)}`);

  const stored = client.db(DEMO_DATABASE).collection(DEMO_COLLECTION);
  const ok = await check(stored, orders.length, options);
  const one = await stored.findOne({ line: 1 }, { projection: { _id: 1 } });
  say(formatCurls(gateway.url, String(one?._id)));
  say(`The API, to read and to try: ${gateway.url}/docs`);
  return ok;
}

async function openServers(
  parts: StopOrder,
  options: DemoOptions,
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
  options: DemoOptions,
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

async function check(stored: Collection, count: number, options: DemoOptions): Promise<boolean> {
  const { output, signal } = options;
  output.write('Waiting until the worker has brought the queued orders into MongoDB.\n');
  const bar = new ProgressBar(output, count, 'orders in MongoDB');
  await waitUntilApplied(stored, {
    expected: count,
    firstLines: count,
    signal,
    onProgress: (found) => {
      bar.show(Math.min(found, count));
    },
  });
  bar.end();
  const rows = await checkResult(stored, await expectedFigures(ordersFile, count), count);
  output.write(`\n${formatCheck(rows)}\n`);
  return rows.every(({ ok }) => ok);
}

async function dropDemo(client: MongoClient): Promise<void> {
  await client.db(DEMO_DATABASE).dropDatabase();
  await client.db(DEMO_META_DATABASE).dropDatabase();
}
