import { freshDatabaseName } from '@headrace/testkit';
import { HeadraceError } from '@headrace/base';
import { MongoClient, type Collection, type Document } from 'mongodb';
import {
  openWriter,
  type InsertOptions,
  type InsertReceipt,
  type Writer,
  type WriterCollection,
  type WriterOptions,
} from '../../src/index.ts';

/** A writer of one fresh collection, and the truth about that collection. */
export interface TestWriter extends AsyncDisposable {
  readonly writer: Writer;
  readonly namespace: string;
  readonly orders: WriterCollection;
  /** Read and changed past the writer, by a client of its own. */
  readonly truth: Collection;
}

export interface TestWriterOptions extends Partial<WriterOptions> {
  readonly uri: string;
  /** Where the truth is read; `uri` unless told. */
  readonly truthUri?: string;
  readonly name?: string;
}

export async function testWriter(options: TestWriterOptions): Promise<TestWriter> {
  const { truthUri = options.uri, name = freshDatabaseName(), ...rest } = options;
  const namespace = `${name}.orders`;
  const writer = await openWriter({
    database: `${name}_headrace`,
    collections: { [namespace]: {} },
    ...rest,
  });
  const client = new MongoClient(truthUri);
  return {
    writer,
    namespace,
    orders: writer.collection(namespace),
    truth: client.db(name).collection('orders'),
    [Symbol.asyncDispose]: async () => {
      await writer.stop();
      await client.close();
    },
  };
}

/** How an insert ended, in one word: `201`, `201 replayed`, or the error's status and code. */
export async function ending(insert: Promise<InsertReceipt>): Promise<string> {
  try {
    const { receipt } = await insert;
    return receipt.replayed ? '201 replayed' : '201';
  } catch (cause) {
    if (cause instanceof HeadraceError) return `${cause.status} ${cause.code}`;
    throw cause;
  }
}

/** The endings of many inserts at once. */
export function endings(
  orders: WriterCollection,
  documents: readonly Document[],
  options: InsertOptions = {},
): Promise<string[]> {
  return Promise.all(documents.map((document) => ending(orders.insertOne(document, options))));
}

/** Off with whatever fail point a test has set. */
export async function clearFailpoint(admin: MongoClient): Promise<void> {
  await admin.db('admin').command({ configureFailPoint: 'failCommand', mode: 'off' });
}
