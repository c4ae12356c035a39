import { connect } from '@headrace/client';
import { completeDraft, loadDraft, openGateway, type CollectionRules } from '@headrace/gateway';
import { freshDatabaseName } from '@headrace/testkit';
import { openWriter } from '@headrace/writer';
import type { Subject } from './subject.ts';

type Rules = Readonly<Record<string, CollectionRules>>;

/** The collections of a subject, by namespace. */
function rulesIn(database: string): Rules {
  const rules = { tier: 'strong', idType: 'string', types: {} } as const;
  return {
    [`${database}.orders`]: { ...rules, changes: 'none' },
    [`${database}.changing`]: { ...rules, changes: 'direct' },
  };
}

/** The library: a writer in this process. */
export async function librarySubject(mongodbUri: string): Promise<Subject> {
  const database = freshDatabaseName();
  const writer = await openWriter({
    uri: mongodbUri,
    database: `${database}_own`,
    collections: rulesIn(database),
  });
  return {
    database,
    collection: (namespace) => writer.collection(namespace),
    [Symbol.asyncDispose]: () => writer.stop(),
  };
}

/** The client, over HTTP to a gateway without Redis. */
export async function clientSubject(mongodbUri: string): Promise<Subject> {
  const database = freshDatabaseName();
  const draft = await loadDraft({ text: JSON.stringify({ collections: rulesIn(database) }) });
  const anywhere = { host: '127.0.0.1', port: 0 };
  const configuration = completeDraft(draft, { mongodbUri });
  const gateway = await openGateway({
    ...configuration,
    ...{ listen: anywhere, adminListen: anywhere, workerListen: anywhere },
    mongodb: { ...configuration.mongodb, database: `${database}_own` },
    log: { level: 'silent' },
  });
  const client = connect(gateway.url);
  return {
    database,
    collection: (namespace) => client.collection(namespace),
    [Symbol.asyncDispose]: () => gateway.stop(),
  };
}
