import { parseArgs } from 'node:util';
import { fastify } from 'fastify';
import { MongoClient, ObjectId, type Document } from 'mongodb';
import { parseBodies } from './parse-bodies.ts';
import type { ParserName } from './parse-order.ts';
import { serve } from './serve.ts';

// The peer: what a service does that writes each request to MongoDB by itself. A process of its own.
const { values } = parseArgs({
  options: {
    uri: { type: 'string', default: '' },
    database: { type: 'string', default: '' },
    collection: { type: 'string', default: '' },
    pool: { type: 'string', default: '' },
    parser: { type: 'string', default: '' },
  },
});

const client = new MongoClient(values.uri, {
  maxPoolSize: Number(values.pool),
  writeConcern: { w: 'majority', journal: true },
});
await client.connect();
const orders = client.db(values.database).collection(values.collection);

const app = fastify();
parseBodies(app, values.parser as ParserName);
app.post('/orders', async (request, reply) => {
  const { insertedId } = await orders.insertOne(request.body as Document);
  return await reply.code(201).send({ id: insertedId });
});
app.patch<{ Params: { id: string } }>('/orders/:id', async (request, reply) => {
  const _id = ObjectId.createFromHexString(request.params.id);
  const { matchedCount, modifiedCount } = await orders.updateOne({ _id }, request.body as Document);
  if (matchedCount === 0) return await reply.code(404).send({ id: _id });
  return await reply.send({ id: _id, matched: matchedCount, modified: modifiedCount });
});
await serve(app, () => client.close());
