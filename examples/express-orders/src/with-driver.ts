import express, { type Express } from 'express';
import type { MongoClient } from 'mongodb';
import type { Order } from './order.ts';

/** The service as it was: every request is a round trip to MongoDB of its own. */
export function ordersWithDriver(client: MongoClient): Express {
  const orders = client.db('shop').collection<Order>('orders', {
    writeConcern: { w: 'majority', journal: true },
  });

  const app = express().use(express.json());
  app.post('/orders', async (request, response) => {
    const order = { ...request.body, status: 'pending' } as Order;
    const { insertedId } = await orders.insertOne(order);
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
