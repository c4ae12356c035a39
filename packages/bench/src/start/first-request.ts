import { openWriter } from '@headrace/writer';
import { MongoClient } from 'mongodb';
import type { FirstCase } from '../plan/first-cases.ts';
import { COLLECTION, DATABASE } from './subject.ts';

// A process whose first inserts are timed, started by measure-first.ts with a URI, a case and how
// many inserts come at once. All are acknowledged by the majority, journaled.

/** What it prints. All in milliseconds. */
export interface FirstTimes {
  /** From the start of the process's own code until it took requests. */
  readonly readyMs: number;
  /** Until the last of the first requests was answered. */
  readonly firstMs: number;
  /** Median of the same again and again, once everything is warm. */
  readonly steadyMs: number;
}

interface Inserter {
  insert(document: { readonly n: number }): Promise<unknown>;
  stop(): Promise<void>;
}

const steadyRounds = 200;
/** Not counted among the steady ones: what is compiled late is compiled by then. */
const warmUpRounds = 100;

const [uri = '', name = '', requests = '1'] = process.argv.slice(2);
const beganMs = performance.now();
const inserter = await open(name as FirstCase);
const readyMs = performance.now() - beganMs;
const firstMs = await insertAll();
const steady: number[] = [];
for (let round = 0; round < warmUpRounds + steadyRounds; round += 1) steady.push(await insertAll());
const sorted = steady.slice(warmUpRounds).sort((a, b) => a - b);
const times: FirstTimes = { readyMs, firstMs, steadyMs: sorted[sorted.length >> 1] ?? 0 };
process.stdout.write(`first ${JSON.stringify(times)}\n`);
await inserter.stop();

async function insertAll(): Promise<number> {
  const fromMs = performance.now();
  await Promise.all(Array.from({ length: Number(requests) }, (_, n) => inserter.insert({ n })));
  return performance.now() - fromMs;
}

function open(what: FirstCase): Promise<Inserter> {
  return what === 'headrace' ? openHeadrace() : openDriver(what === 'driverConnected');
}

async function openDriver(connects: boolean): Promise<Inserter> {
  const client = new MongoClient(uri, { writeConcern: { w: 'majority', journal: true } });
  if (connects) await client.connect();
  const collection = client.db(DATABASE).collection(COLLECTION);
  return {
    // The driver adds `_id` to what it is given.
    insert: (document) => collection.insertOne({ ...document }),
    stop: () => client.close(),
  };
}

async function openHeadrace(): Promise<Inserter> {
  const namespace = `${DATABASE}.${COLLECTION}`;
  const writer = await openWriter({ uri, collections: { [namespace]: { tier: 'strong' } } });
  const collection = writer.collection(namespace);
  return {
    insert: (document) => collection.insertOne({ ...document }),
    stop: () => writer.stop(),
  };
}
