import { connect } from '@headrace/client';
import express, { type Express } from 'express';
import type { Order } from './order.ts';

/** The same service behind Headrace: the collection comes from elsewhere, the routes stay. */
export function ordersWithHeadrace(url: string): Express {
  const orders = connect(url).collection<Order>('shop.orders');

  const app = express().use(express.json());
  app.post('/orders', async (request, response) => {
    const order = { ...request.body, status: 'pending' } as Order;
    // A caller that sends the request again sends its idempotency key again: one order, not two.
    const idempotencyKey = request.get('idempotency-key');
    const { insertedId } = await orders.insertOne(order, { idempotencyKey });
    response.status(201).json({ id: insertedId });
  });
  app.post('/orders/:id/payment', async (request, response) => {
    const { matchedCount } = await orders.updateOne(
      { _id: request.params.id, status: 'pending' },
      { $set: { status: 'paid', paidAt: new Date() } },
    );
    response.sendStatus(matchedCount === 1 ? 204 : 409);
  });
  app.get('/orders/:id', async (request, response) => {
    const order = await orders.findOne({ _id: request.params.id });
    response.status(order === null ? 404 : 200).json(order);
  });
  app.delete('/orders/:id', async (request, response) => {
    const { deletedCount } = await orders.deleteOne({ _id: request.params.id });
    response.sendStatus(deletedCount === 1 ? 204 : 404);
  });
  return app;
}
