import { randomUUID } from 'node:crypto';
import { fastify } from 'fastify';
import { serve } from './serve.ts';

// The ceiling: an HTTP route that reads, checks and answers an order and stores nothing.
const text = { type: 'string' };
const money = {
  type: 'object',
  required: ['$numberDecimal'],
  properties: { $numberDecimal: text },
};
const date = { type: 'object', required: ['$date'], properties: { $date: text } };
const line = {
  type: 'object',
  required: ['sku', 'quantity', 'price'],
  properties: { sku: text, quantity: { type: 'integer' }, price: money },
};
const order = {
  type: 'object',
  required: ['orderId', 'customer', 'placedAt', 'total', 'currency', 'lines', 'note'],
  properties: {
    orderId: text,
    customer: text,
    placedAt: date,
    total: money,
    currency: text,
    lines: { type: 'array', items: line },
    note: text,
  },
};

const app = fastify();
app.post('/orders', { schema: { body: order } }, (_request, reply) => {
  void reply.code(201).send(receiptOf(randomUUID()));
});
await serve(app, () => Promise.resolve());

/** As long as a receipt of Headrace, and made the usual way. */
function receiptOf(writeId: string): object {
  return {
    writeId,
    id: writeId.slice(0, 24),
    lane: 'direct',
    tier: 'strong',
    state: 'applied',
    replayed: false,
    guaranteed: { w: 'majority', j: true },
    location: `/v1/writes/${writeId}?ns=bench.orders`,
  };
}
