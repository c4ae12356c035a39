import { pathToFileURL } from 'node:url';
import { BSON } from 'mongodb';
import { idOfDocument, openWriter, type Verdict, type Writer } from '../../src/index.ts';

/** Adds 1 to `n` of document 1, always as the same write. */
export function addOne(writer: Writer, namespace: string): Promise<Verdict> {
  const body = BSON.serialize({ _id: 1, update: { $inc: { n: 1 } } });
  const write = writer.prepareChange({
    ...{ namespace, tier: 'strong', idempotencyKey: 'one', deadlineMs: 10_000 },
    change: { op: 'patch', body, id: idOfDocument(body), upsert: false, needsKey: true },
  });
  return new Promise((resolve) => {
    writer.submit(write, resolve);
  });
}

// Run as a program, it is a process to be killed in the middle of it.
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [, , uri = '', namespace = '', database = ''] = process.argv;
  const collections = { [namespace]: { changes: 'direct' } } as const;
  const writer = await openWriter({ uri, database, collections });
  process.stdout.write('begins\n');
  await addOne(writer, namespace);
  await writer.stop();
}
