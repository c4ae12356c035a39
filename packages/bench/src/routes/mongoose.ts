import { parseArgs } from 'node:util';
import { fastify } from 'fastify';
import { createConnection } from 'mongoose';
import { orderSchema } from './order-schema.ts';
import { parseBodies } from './parse-bodies.ts';
import type { ParserName } from './parse-order.ts';
import { serve } from './serve.ts';

// A peer: the plain route with mongoose, one `create` a request. A process of its own.
const { values } = parseArgs({
  options: {
    uri: { type: 'string', default: '' },
    database: { type: 'string', default: '' },
    collection: { type: 'string', default: '' },
    pool: { type: 'string', default: '' },
    parser: { type: 'string', default: '' },
  },
});

const connection = await createConnection(values.uri, {
  dbName: values.database,
  maxPoolSize: Number(values.pool),
  writeConcern: { w: 'majority', journal: true },
}).asPromise();
const Order = connection.model('Order', orderSchema, values.collection);

const app = fastify();
parseBodies(app, values.parser as ParserName);
app.post('/orders', async (request, reply) => {
  const { _id } = await Order.create(request.body as object);
  return await reply.code(201).send({ id: _id });
});
await serve(app, () => connection.close());
