import { HeadraceError } from '@headrace/base';
import { BSON, type Document } from 'mongodb';
import { encodeBson } from '../../src/encode/encode-bson.ts';
import { idOfDocument } from '../../src/encode/id-of-document.ts';
import type { Tier, Verdict, Write } from '../../src/gather/write-port.ts';
import { testWriter, type TestWriter, type TestWriterOptions } from '../writer/test-writer.ts';
import { freshDatabaseName } from '@headrace/testkit';
import { MongoClient } from 'mongodb';

/** What a test says about a write beside its content. */
export interface Terms {
  readonly key?: string;
  readonly upsert?: boolean;
  readonly tier?: Tier;
  readonly deadlineMs?: number;
}

/** A writer of one ledgered collection; every change answers in one line. */
export interface ChangeDesk extends AsyncDisposable {
  readonly desk: TestWriter;
  readonly namespace: string;
  readonly truth: TestWriter['truth'];
  patch(id: unknown, parts: Document, terms?: Terms): Promise<string>;
  replace(id: unknown, fields: Document, terms?: Terms): Promise<string>;
  remove(id: unknown, parts?: Document, terms?: Terms): Promise<string>;
  insert(document: Document, terms?: Terms): Promise<string>;
  stored(): Promise<Document[]>;
  ledger(): Promise<Document[]>;
  /** Empties the ledger, as time does. */
  forget(): Promise<void>;
}

export async function changeDesk(options: TestWriterOptions): Promise<ChangeDesk> {
  const { name = freshDatabaseName(), truthUri = options.uri } = options;
  const namespace = `${name}.orders`;
  const desk = await testWriter({
    collections: { [namespace]: { changes: 'direct' } },
    ...options,
    name,
  });
  const client = new MongoClient(truthUri);
  const { writer } = desk;
  const send = (write: Write): Promise<string> =>
    new Promise((resolve) => {
      writer.submit(write, (verdict) => {
        resolve(line(verdict));
      });
    });
  const change = (
    op: 'replace' | 'patch' | 'delete',
    document: Document,
    { key, upsert = false, tier = 'strong', deadlineMs }: Terms = {},
  ): Promise<string> => {
    const body = Buffer.from(BSON.serialize(document));
    const id = idOfDocument(body);
    const change = { op, id, body, upsert, needsKey: false };
    return send(writer.prepareChange({ namespace, change, tier, idempotencyKey: key, deadlineMs }));
  };
  const ledger = client.db(`${name}_headrace`).collection('ledger');
  return {
    ...{ desk, namespace, truth: desk.truth },
    patch: (_id, parts, terms) => change('patch', { _id, ...parts }, terms),
    replace: (_id, fields, terms) => change('replace', { _id, ...fields }, terms),
    remove: (_id, parts = {}, terms = {}) => change('delete', { _id, ...parts }, terms),
    insert: (document, { key, tier = 'strong', deadlineMs } = {}) =>
      send(
        writer.prepareInsert({
          document: encodeBson(Buffer.from(BSON.serialize(document)), { reservedBytes: 26 }),
          ...{ namespace, tier, idempotencyKey: key, deadlineMs },
        }),
      ),
    stored: () => desk.truth.find().sort({ _id: 1 }).toArray(),
    ledger: () => ledger.find().toArray(),
    forget: async () => {
      await ledger.deleteMany();
    },
    [Symbol.asyncDispose]: async () => {
      await client.close();
      await desk[Symbol.asyncDispose]();
    },
  };
}

/** `200 matched 1 modified 1`, `200 upserted replayed`, `404 document-absent replayed`. */
function line(verdict: Verdict): string {
  const parts: string[] = [];
  if (verdict.state === 'applied') {
    const { result } = verdict;
    parts.push('200');
    if (result?.upserted === true) parts.push('upserted');
    else if (result !== undefined) parts.push(`matched ${result.matched}`);
    if (result?.modified !== undefined && !result.upserted)
      parts.push(`modified ${result.modified}`);
  } else if (verdict.error instanceof HeadraceError) {
    parts.push(`${verdict.error.status} ${verdict.error.code}`);
  }
  if (verdict.replayed === true) parts.push('replayed');
  return parts.join(' ');
}
