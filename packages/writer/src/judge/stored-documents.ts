import type { Document, MongoClient } from 'mongodb';
import { canonicalId, idForFilter, idOfDocument, sameDocument } from '../encode/bson-port.ts';
import type { PendingWrite } from '../gather/pending-write-port.ts';

/** What stands in the database at the `_id` of a write. */
export type StoredComparison = 'equal' | 'different' | 'absent';

/**
 * Reads the stored documents of the writes whose `_id` was taken, in one find, and compares them.
 * A duplicate is read, not believed (protocol A3): only an equal document makes it a replay.
 * @returns one comparison per write, in order
 * @throws MongoError when the read fails; nothing is concluded then
 */
export async function compareWithStored(
  client: MongoClient,
  namespace: string,
  writes: readonly PendingWrite[],
): Promise<StoredComparison[]> {
  const dot = namespace.indexOf('.');
  const collection = client.db(namespace.slice(0, dot)).collection(namespace.slice(dot + 1));
  const ids = writes.map((pending) => idForFilter(pending.write.document));
  const found = collection.find<Uint8Array>({ _id: { $in: ids } } as Document, {
    raw: true,
    readPreference: 'primary',
  });
  const sent = new Map(writes.map(({ write }) => [write.canonicalId, write.document]));
  const comparisons = new Map<string, StoredComparison>();
  // One at a time: what is stored may be far larger than what was sent.
  for await (const stored of found) {
    const name = canonicalId(idOfDocument(stored));
    const document = sent.get(name);
    if (document === undefined) continue;
    comparisons.set(name, sameDocument(document, stored) ? 'equal' : 'different');
  }
  return writes.map(({ write }) => comparisons.get(write.canonicalId) ?? 'absent');
}
