import { createConnection } from 'mongoose';
import { orderSchema } from '../routes/order-schema.ts';
import { parsers } from '../routes/parse-order.ts';
import { STRONG, type Sender, type SendTarget } from './sender.ts';

/** The result as the driver tells it: documents that nobody looks at are not made of it. */
const OPTIONS = { ordered: false, rawResult: true } as const;

/** mongoose as it is meant to be used: each object cast and validated by a schema, its `_id` made. */
export async function mongooseSender(target: SendTarget): Promise<Sender<object>> {
  const { uri, database, collection, inFlight } = target;
  const options = { dbName: database, maxPoolSize: inFlight, writeConcern: STRONG };
  const connection = await createConnection(uri, options).asPromise();
  const Order = connection.model('Order', orderSchema, collection);
  return {
    prepare: (text) => parsers.reviver(text) as object,
    send: async (batch) => (await Order.insertMany(batch, OPTIONS)).insertedCount,
    close: () => connection.close(),
  };
}
