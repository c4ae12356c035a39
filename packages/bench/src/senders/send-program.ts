import { MongoClient } from 'mongodb';
import { makeOrders } from '../drive/make-orders.ts';
import type { SendJob, SendSeen } from '../measure/send-job.ts';
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
};

const job = JSON.parse(process.argv[2] ?? '') as SendJob;
const { uri, inFlight, batch } = job;
const client = new MongoClient(uri, { maxPoolSize: inFlight, writeConcern: STRONG });
await client.connect();
const sender = await OPEN[job.name]({ ...job, client });
const inputs = makeOrders(job.warmUpDocuments + job.documents).map((text) => sender.prepare(text));
await sendAll(cut(inputs.slice(0, job.warmUpDocuments)));
const measured = cut(inputs.slice(job.warmUpDocuments));
// What was made beforehand is old by now, and no part of what is measured looks after it.
for (let times = 0; times < 2; times += 1) globalThis.gc?.();

const cpuBefore = process.cpuUsage();
const beganMs = performance.now();
const inserted = await sendAll(measured);
const seconds = (performance.now() - beganMs) / 1_000;
const { user, system } = process.cpuUsage(cpuBefore);

const seen: SendSeen = { inserted, seconds, cpuUs: user + system };
await sender.close();
await client.close();
process.stdout.write(`${JSON.stringify(seen)}\n`);

function cut(all: readonly unknown[]): readonly (readonly unknown[])[] {
  const count = Math.ceil(all.length / batch);
  return Array.from({ length: count }, (_, at) => all.slice(at * batch, (at + 1) * batch));
}

/** @returns documents inserted */
async function sendAll(batches: readonly (readonly unknown[])[]): Promise<number> {
  const waiting = batches.values();
  const counts = Array.from({ length: inFlight }, async (_, slot) => {
    let count = 0;
    for (const next of waiting) count += await sender.send(next, slot);
    return count;
  });
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}
