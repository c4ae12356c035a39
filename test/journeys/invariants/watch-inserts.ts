import type { Collection } from 'mongodb';
import { expect } from 'vitest';

/** What a change stream saw of a collection since it was opened. */
export interface WatchedInserts extends AsyncDisposable {
  /** All there was up to now. It inserts a document of its own, seen after everything before. */
  seen(): Promise<readonly WatchedInsert[]>;
}

export interface WatchedInsert {
  readonly operation: string;
  readonly n: unknown;
}

/** Opens a change stream; when this resolves, it sees what comes from now on. */
export async function watchInserts(collection: Collection): Promise<WatchedInserts> {
  const stream = collection.watch();
  await stream.tryNext(); // the cursor is opened by the first read
  const events: WatchedInsert[] = [];
  let markers = 0;
  return {
    seen: async () => {
      const marker = `marker ${(markers += 1)}`;
      await collection.insertOne({ n: marker });
      for (;;) {
        const event = await stream.next();
        const n: unknown = 'fullDocument' in event ? event.fullDocument['n'] : undefined;
        if (n === marker) return events;
        events.push({ operation: event.operationType, n });
      }
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
