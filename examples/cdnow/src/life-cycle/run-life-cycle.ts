import type { StopOrder } from '@headrace/base';
import type { Document, MongoClient } from 'mongodb';
import type { CheckRow } from '../check-result.ts';
import { formatCheck, formatLifeCycle } from '../format-summary.ts';
import { openDemo, type OpenOptions } from '../open-demo.ts';
import { DEMO_DATABASE } from '../order-document.ts';
import { ProgressBar } from '../progress-bar.ts';
import { readOrders } from '../read-orders.ts';
import { DEMO_META_DATABASE } from '../write-config.ts';
import { checkRows, compareWithModel, waitUntilSettled } from './check-life-cycle.ts';
import { driveLifeCycle } from './drive-life-cycle.ts';
import { modelOf } from './model.ts';
import { LIFE_CYCLE_COLLECTIONS, type ChangesLane } from './operation.ts';
import { planLifeCycle, type LifeCyclePlan } from './plan-life-cycle.ts';

export interface LifeCycleOptions extends OpenOptions {
  /** At least so many; the last order's life is sent whole. */
  readonly operations: number;
}

/** One run among those in the database. */
interface Run {
  readonly name: string;
  readonly since: Date;
  readonly client: MongoClient;
  readonly plan: LifeCyclePlan;
}

/**
 * Creates, pays, picks, ships, cancels and deletes orders in both lanes, books the money on the
 * customers' accounts, and compares every document with a sequential model.
 * @returns whether the database is what the model says
 */
export async function runLifeCycle(parts: StopOrder, options: LifeCycleOptions): Promise<boolean> {
  const { output, signal, operations } = options;
  const { gateway, client, say } = await openDemo(parts, options);
  const since = new Date();
  const name = since.getTime().toString(36);
  const plan = planLifeCycle(await readOrders(), { operations, run: name });
  const run: Run = { name, since, client, plan };
  await clearEarlierRuns(client);

  const [count, orders] = [plan.operations, plan.lives.length].map(thousands);
  say(`\nDriving ${orders} orders through their lives with 64 callers: ${count} operations.`);
  const bar = new ProgressBar(output, plan.operations, 'operations');
  const report = await driveLifeCycle({
    ...{ url: gateway.url, database: DEMO_DATABASE, lives: plan.lives, signal },
    onProgress: (settled) => {
      bar.show(settled);
    },
  });
  bar.end();
  say(`\n${formatLifeCycle(report)}`);
  await waitForWorker(run, options);
  const rows = await checkAll(run);
  say(`\n${formatCheck(rows, 'the model says')}`);
  say(`The API, to read and to try: ${gateway.url}/docs`);
  return rows.every(({ ok }) => ok);
}

/** What is left of runs before would only take room: no run looks at another's documents. */
async function clearEarlierRuns(client: MongoClient): Promise<void> {
  for (const collection of Object.values(LIFE_CYCLE_COLLECTIONS)) {
    await client.db(DEMO_DATABASE).collection(collection).deleteMany({});
  }
}

async function waitForWorker(run: Run, { output, signal }: LifeCycleOptions): Promise<void> {
  const queued = run.plan.lives
    .flatMap(({ operations }) => operations)
    .filter(({ lane }) => lane === 'buffered').length;
  output.write('Waiting until the worker has settled what was queued.\n');
  const bar = new ProgressBar(output, queued, 'queued writes settled');
  const ledger = run.client.db(DEMO_META_DATABASE).collection('ledger');
  // A refused write has its dead letter a little after its refusal: until then it is not settled.
  const ns = namespaceOf('buffered');
  const final = { ns, at: { $gte: run.since }, st: { $in: ['done', 'dead'] } };
  await waitUntilSettled({
    ...{ expected: queued, signal },
    settled: () => ledger.countDocuments(final),
    onProgress: (settled) => {
      bar.show(settled);
    },
  });
  bar.end();
}

async function checkAll(run: Run): Promise<CheckRow[]> {
  const models = modelOf(run.plan.lives.map(({ order }) => order));
  const rows: CheckRow[] = [];
  for (const lane of ['direct', 'buffered'] as const) {
    const collection = run.client
      .db(DEMO_DATABASE)
      .collection<Document & { _id: string }>(LIFE_CYCLE_COLLECTIONS[lane]);
    const model = models[lane];
    const found = await compareWithModel(collection, model, run.name);
    const dead = lane === 'buffered' ? await deadLettersOf(run) : undefined;
    rows.push(...checkRows(lane, { model, found, ...(dead && { dead }) }));
  }
  return rows;
}

async function deadLettersOf({ client, since }: Run): Promise<Readonly<Record<string, number>>> {
  const letters = client.db(DEMO_META_DATABASE).collection('deadLetters');
  const ofRun = { ns: namespaceOf('buffered'), at: { $gte: since } };
  const codes = await letters
    .find(ofRun, { projection: { 'reason.code': 1 } })
    .map((letter) => String((letter['reason'] as Document)['code']))
    .toArray();
  const counts: Record<string, number> = {};
  for (const code of codes) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
}

function namespaceOf(lane: ChangesLane): string {
  return `${DEMO_DATABASE}.${LIFE_CYCLE_COLLECTIONS[lane]}`;
}

function thousands(value: number): string {
  return value.toLocaleString('en-US');
}
