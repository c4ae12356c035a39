import { parseArgs } from 'node:util';
import { Queue } from 'bullmq';
import { fastify } from 'fastify';
import { ObjectId } from 'mongodb';
import { JOBS_OF_ORDERS, producerConnection, QUEUE } from './bullmq-settings.ts';
import { serve } from './serve.ts';

// A peer: a route that leaves the insert to a BullMQ worker and answers once the job is in Redis. It
// names the `_id`, so that a job that runs twice stores one document. A process of its own.
const { values } = parseArgs({ options: { redis: { type: 'string', default: '' } } });

const connection = producerConnection(values.redis);
const queue = new Queue(QUEUE, { connection, defaultJobOptions: JOBS_OF_ORDERS });
await queue.waitUntilReady();

const app = fastify();
app.post('/orders', async (request, reply) => {
  const id = new ObjectId().toHexString();
  await queue.add('insert', { _id: { $oid: id }, ...(request.body as object) });
  return await reply.code(202).send({ id });
});
await serve(app, () => queue.close());
