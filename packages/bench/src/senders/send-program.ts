import { MongoClient } from 'mongodb';
import { makeOrders } from '../drive/make-orders.ts';
import type { SendCost, SendJob, SendSeen } from '../measure/send-job.ts';
import type { SendCase } from '../plan/send-cases.ts';
import { STRONG, type Sender, type SendTarget } from './sender.ts';

// Sends orders one way and says what that cost: a process of its own, so that nothing but that way
// has shaped its compiled code, its heap and its CPU time.

/** What a way needs is loaded only where it is measured. */
const OPEN: Readonly<Record<SendCase, (target: SendTarget) => Promise<Sender>>> = {
  rawBytes: async (target) => (await import('./raw-senders.ts')).rawBytesSender(target),
  rawObjects: async (target) => (await import('./raw-senders.ts')).rawObjectsSender(target),
  insertMany: async (target) => (await import('./driver-senders.ts')).insertManySender(target),
  bulkWrite: async (target) => (await import('./driver-senders.ts')).bulkWriteSender(target),
  clientBulkWrite: async (target) =>
    (await import('./driver-senders.ts')).clientBulkWriteSender(target),
  mongoose: async (target) => (await import('./mongoose-sender.ts')).mongooseSender(target),
};

/**
 * Documents in a command of the first part of the warm-up, and how many of all it has. What the
 * driver does for a command is compiled for good after thousands of them, whatever they hold.
 */
const SMALL_BATCH = 20;
const SMALL_SHARE = 6 / 7;
/** So many documents are made, then sent: a heap as small as that of a process that passes them on. */
const SLICE = 10_000;
/** Several times what the collector's threads were seen to take. */
const SWEEPING_MS = 60;

const job = JSON.parse(process.argv[2] ?? '') as SendJob;
const { uri, inFlight, batches } = job;
const client = new MongoClient(uri, { maxPoolSize: inFlight, writeConcern: STRONG });
await client.connect();
const sender = await OPEN[job.name]({ ...job, client });
const texts = makeOrders();
let sent = 0;
let inserted = 0;

const small = Math.round(job.warmUpDocuments * SMALL_SHARE);
await sendAll(small, SMALL_BATCH);
await sendAll(job.warmUpDocuments - small, Math.max(...batches));
const costs: SendCost[] = [];
for (const batch of batches) {
  const cost = { batch, cpuUs: 0, seconds: 0 };
  for (let left = job.documents; left > 0; left -= SLICE) {
    await sendAll(Math.min(left, SLICE), batch, cost);
  }
  costs.push(cost);
}

const seen: SendSeen = { sent, inserted, costs };
await sender.close();
await client.close();
process.stdout.write(`${JSON.stringify(seen)}\n`);

/** Sends so many orders; only the sending costs, not what has to be there before. */
async function sendAll(
  count: number,
  size: number,
  into = { cpuUs: 0, seconds: 0 },
): Promise<void> {
  const waiting = Array.from({ length: Math.ceil(count / size) }, (_, at) =>
    prepare(Math.min(size, count - at * size)),
  ).values();
  // What was made beforehand is old by now, and no part of what is measured looks after it: neither
  // this thread nor the collector's own, which go on sweeping for a while.
  for (let times = 0; times < 2; times += 1) globalThis.gc?.();
  await new Promise((resolve) => setTimeout(resolve, SWEEPING_MS));
  const cpuBefore = process.cpuUsage();
  const beganMs = performance.now();
  const slots = Array.from({ length: inFlight }, async (_, slot) => {
    for (const next of waiting) {
      const stored = await sender.send(next, slot);
      inserted += stored;
    }
  });
  await Promise.all(slots);
  into.seconds += (performance.now() - beganMs) / 1_000;
  const { user, system } = process.cpuUsage(cpuBefore);
  into.cpuUs += user + system;
}

function prepare(count: number): readonly unknown[] {
  return Array.from({ length: count }, () => {
    sent += 1;
    return sender.prepare(texts[sent % texts.length] ?? '');
  });
}
