import type { Document } from 'mongodb';
import { parsers } from '../routes/parse-order.ts';
import type { Sender, SendTarget } from './sender.ts';

const UNORDERED = { ordered: false } as const;
const objectOf = (text: string): Document => parsers.reviver(text) as Document;
const nothingToClose = (): Promise<void> => Promise.resolve();

/** The driver makes the missing `_id`s. */
export function insertManySender(target: SendTarget): Sender<Document> {
  const orders = target.client.db(target.database).collection(target.collection);
  return {
    prepare: objectOf,
    send: async (batch) => (await orders.insertMany(batch, UNORDERED)).insertedCount,
    close: nothingToClose,
  };
}

export function bulkWriteSender(target: SendTarget): Sender<Document> {
  const orders = target.client.db(target.database).collection(target.collection);
  return {
    prepare: objectOf,
    send: async (batch) => {
      const inserts = batch.map((document) => ({ insertOne: { document } }));
      return (await orders.bulkWrite(inserts, UNORDERED)).insertedCount;
    },
    close: nothingToClose,
  };
}

export function clientBulkWriteSender(target: SendTarget): Sender<Document> {
  const { client, database, collection } = target;
  const namespace = `${database}.${collection}`;
  return {
    prepare: objectOf,
    send: async (batch) => {
      const inserts = batch.map(
        (document) => ({ name: 'insertOne', namespace, document }) as const,
      );
      return (await client.bulkWrite(inserts, UNORDERED)).insertedCount;
    },
    close: nothingToClose,
  };
}
