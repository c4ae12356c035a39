import { runJob } from '../drive/run-program.ts';
import { benchErrors } from '../errors.ts';
import { documentsOf, type SendSettings, type SendStep } from '../plan/send-cases.ts';
import { COLLECTION, DATABASE } from '../start/subject.ts';
import { compareAll, readOrders } from './compare-stored.ts';
import type { MeasuredCollection } from './measured-collection.ts';
import type { SendCost, SendJob, SendRow, SendSeen } from './send-job.ts';

/** What a measurement needs; the same for all. */
export interface SendBench {
  readonly mongodbUri: string;
  readonly collection: MeasuredCollection;
  readonly settings: SendSettings;
  readonly signal: AbortSignal;
}

const PROGRAM = new URL('../senders/send-program.ts', import.meta.url);
const SAMPLE_DOCUMENTS = 200;

/** How many documents a process sends. */
type Counts = Pick<SendSettings, 'warmUpDocuments' | 'documents'>;
const SAMPLE: Counts = { warmUpDocuments: 0, documents: SAMPLE_DOCUMENTS };

/**
 * Sends the same orders in every way and compares what then lies in MongoDB.
 * @throws HeadraceError `documents-differ`, `not-all-stored`
 */
export async function compareSent(bench: SendBench): Promise<void> {
  let first: Awaited<ReturnType<typeof readOrders>> | undefined;
  for (const name of bench.settings.cases) {
    await send(bench, { name, batches: [SAMPLE_DOCUMENTS] }, SAMPLE);
    const stored = await readOrders(bench.collection.orders);
    first ??= stored;
    compareAll(name, first, stored);
  }
}

/** @throws HeadraceError `not-all-stored` unless everything that was sent is there */
export async function measureSend(bench: SendBench, step: SendStep): Promise<readonly SendRow[]> {
  const { round, name } = step;
  const counts = documentsOf(name, bench.settings);
  const { documents } = counts;
  return (await send(bench, step, counts)).map(({ batch, seconds, cpuUs }) => ({
    ...{ round, name, batch, documents },
    seconds: Number(seconds.toFixed(4)),
    cpuUsPerDocument: Number((cpuUs / documents).toFixed(4)),
    documentsPerSecond: Math.round(documents / seconds),
  }));
}

async function send(
  { mongodbUri, collection, settings, signal }: SendBench,
  { name, batches }: Pick<SendStep, 'name' | 'batches'>,
  { warmUpDocuments, documents }: Counts,
): Promise<readonly SendCost[]> {
  const { inFlight } = settings;
  await collection.renew();
  const where = { uri: mongodbUri, database: DATABASE, collection: COLLECTION };
  const job: SendJob = { ...where, name, batches, inFlight, warmUpDocuments, documents };
  const { sent, inserted, costs } = (await runJob(PROGRAM, job, signal)) as SendSeen;
  const stored = await collection.count();
  if (inserted !== sent || stored !== sent) {
    throw benchErrors.create('not-all-stored', { what: name, sent, inserted, stored });
  }
  return costs;
}
