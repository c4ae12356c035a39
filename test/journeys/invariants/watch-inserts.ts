import type { Collection } from 'mongodb';
import { expect } from 'vitest';

/** What a change stream saw of a collection since it was opened. */
export interface WatchedInserts extends AsyncDisposable {
  /** All there was up to now: a document inserted for it, and deleted, is seen after the rest. */
  seen(): Promise<readonly WatchedInsert[]>;
}

export interface WatchedInsert {
  readonly operation: string;
  /** Of its document, which a delete does not carry: the `_id` then. */
  readonly n: unknown;
}

/** Opens a change stream; when this resolves, it sees what comes from now on. */
export async function watchInserts(collection: Collection): Promise<WatchedInserts> {
  const stream = collection.watch();
  await stream.tryNext(); // the cursor is opened by the first read
  const events: WatchedInsert[] = [];
  const markers = new Set<string>();
  return {
    seen: async () => {
      const { insertedId } = await collection.insertOne({ marker: true });
      markers.add(String(insertedId));
      for (;;) {
        const event = await stream.next();
        const { operationType: operation } = event;
        const id = 'documentKey' in event ? event.documentKey._id : undefined;
        if (!markers.has(String(id))) {
          events.push({ operation, n: 'fullDocument' in event ? event.fullDocument['n'] : id });
        } else if (operation === 'insert') break;
      }
      await collection.deleteOne({ _id: insertedId });
      return events;
    },
    [Symbol.asyncDispose]: () => stream.close(),
  };
}

/** Each document was inserted once, and nothing else was ever done to any. */
export function expectInsertedOnce(seen: readonly WatchedInsert[], documents: number): void {
  const expected = Array.from({ length: documents }, (_, n) => ({ operation: 'insert', n }));
  const inOrder = [...seen].sort((a, b) => Number(a.n) - Number(b.n));
  expect(inOrder).toEqual(expected);
}
