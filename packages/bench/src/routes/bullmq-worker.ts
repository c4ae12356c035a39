import { parseArgs } from 'node:util';
import { Worker, type Job } from 'bullmq';
import { BSON, MongoClient, type Document } from 'mongodb';
import { QUEUE, workerConnection } from './bullmq-settings.ts';

// The worker of the BullMQ peer: one insertOne a job. A process of its own.
const { values } = parseArgs({
  options: {
    redis: { type: 'string', default: '' },
    uri: { type: 'string', default: '' },
    database: { type: 'string', default: '' },
    collection: { type: 'string', default: '' },
    pool: { type: 'string', default: '' },
    concurrency: { type: 'string', default: '' },
  },
});

const client = new MongoClient(values.uri, {
  maxPoolSize: Number(values.pool),
  writeConcern: { w: 'majority', journal: true },
});
await client.connect();
const orders = client.db(values.database).collection(values.collection);

const insert = async (job: Job<Document>): Promise<void> => {
  await orders.insertOne(BSON.EJSON.deserialize(job.data) as Document);
};
const worker = new Worker<Document>(QUEUE, insert, {
  connection: workerConnection(values.redis),
  concurrency: Number(values.concurrency),
});
worker.on('error', (cause) => {
  process.stderr.write(`${cause.stack ?? cause.message}\n`);
});
await worker.waitUntilReady();
process.once('SIGTERM', () => {
  void worker.close().then(() => client.close());
});
process.stdout.write('worker ready\n');
