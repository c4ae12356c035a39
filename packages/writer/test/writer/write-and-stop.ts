import { openWriter } from '../../src/index.ts';

const [, , uri = '', namespace = ''] = process.argv;
const writer = await openWriter({
  uri,
  collections: { [namespace]: {} },
  database: `${namespace.split('.')[0] ?? ''}_headrace`,
});
const orders = writer.collection(namespace);
const receipts = await Promise.all(Array.from({ length: 100 }, (_, n) => orders.insertOne({ n })));
await writer.stop();
process.stdout.write(`stopped with ${receipts.length} applied\n`);
