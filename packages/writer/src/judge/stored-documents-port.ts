import type { Document, FindCursor, MongoClient } from 'mongodb';
import { boundedCall } from '../clients/bounded-call-port.ts';
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
  wanted: WantedDocuments,
): Promise<StoredComparison[]> {
  const { writes } = wanted;
  const sent = new Map(writes.map(({ write }) => [write.canonicalId, write.document]));
  const comparisons = new Map<string, StoredComparison>();
  await boundedCall(client, async (signal) => {
    // One at a time: what is stored may be far larger than what was sent.
    for await (const stored of findStored(client, wanted, signal)) {
      const name = canonicalId(idOfDocument(stored));
      const document = sent.get(name);
      if (document === undefined) continue;
      comparisons.set(name, sameDocument(document, stored) ? 'equal' : 'different');
    }
  });
  return writes.map(({ write }) => comparisons.get(write.canonicalId) ?? 'absent');
}

/** Whose documents are read. */
export interface WantedDocuments {
  readonly namespace: string;
  readonly writes: readonly PendingWrite[];
  /** `majority`: only what stays, for an answer that no write concern confirms. */
  readonly readConcern?: 'majority';
}

function findStored(
  client: MongoClient,
  { namespace, writes, readConcern }: WantedDocuments,
  signal: AbortSignal,
): FindCursor<Uint8Array> {
  const dot = namespace.indexOf('.');
  const ids = writes.map((pending) => idForFilter(pending.write.document));
  return client
    .db(namespace.slice(0, dot))
    .collection(namespace.slice(dot + 1))
    .find<Uint8Array>({ _id: { $in: ids } } as Document, {
      raw: true,
      readPreference: 'primary',
      signal,
      ...(readConcern && { readConcern }),
    });
}
