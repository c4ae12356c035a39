import { silentLog } from '@headrace/base';
import { freshDatabaseName, waitFor, type TestServers } from '@headrace/testkit';
import {
  encodeBson,
  idOfDocument,
  openWriter,
  type Changes,
  type LedgerRow,
  type Operation,
  type Write,
  type Writer,
  type WriteDesk,
} from '@headrace/writer';
import { serialize, type Document } from 'bson';
import { MongoClient, type Collection } from 'mongodb';
import type { RedisClient } from '../../src/append/redis-client.ts';
import type {
  BufferWorkerSettings,
  OpenAppender,
  OpenBufferWorker,
} from '../../src/compose-buffer.ts';
import {
  append,
  appenderOf,
  backlog,
  deskWith,
  freshNames,
  lookInto,
  outcome,
  workerOf,
  type LaneNames,
} from '../append/lane-under-test.ts';

/** Room for an `_id` that is made: a BSON UUID. */
const reservedBytes = 26;

/** Both servers, a writer and an appender with names of their own: one for each test. */
export class WholeLane implements AsyncDisposable {
  readonly names: LaneNames;
  readonly shop = freshDatabaseName();
  readonly database = freshDatabaseName();
  readonly servers: TestServers;
  writer!: Writer;
  appender!: OpenAppender;
  redis!: RedisClient;
  mongo!: MongoClient;
  readonly #workers: OpenBufferWorker[] = [];
  readonly #changes: Changes;

  constructor(servers: TestServers, partitions = 4, changes: Changes = 'none') {
    this.servers = servers;
    this.#changes = changes;
    this.names = freshNames(partitions);
  }

  async open(): Promise<this> {
    const { mongodb, redis } = this.servers;
    this.mongo = new MongoClient(mongodb.uri);
    this.writer = await openWriter({
      uri: mongodb.uri,
      collections: { [this.namespace]: { changes: this.#changes } },
      database: this.database,
      log: silentLog,
    });
    this.redis = await lookInto(redis.uri);
    this.appender = await appenderOf(redis.uri, this.names);
    return this;
  }

  get namespace(): string {
    return `${this.shop}.orders`;
  }

  get orders(): Collection {
    return this.mongo.db(this.shop).collection('orders');
  }

  get deadLetters(): Collection {
    return this.mongo.db(this.database).collection('deadLetters');
  }

  write(fields: Document, named: { key?: string; tenant?: string } = {}): Write {
    const document = encodeBson(serialize(fields), { reservedBytes });
    return this.writer.prepareInsert({
      ...{ namespace: this.namespace, document, tier: 'eventual' },
      ...(named.key === undefined ? {} : { idempotencyKey: named.key }),
      ...(named.tenant === undefined ? {} : { tenant: named.tenant }),
    });
  }

  /** A change of the document with this `_id`, with its parts as `Write.document` has them. */
  change(
    op: Exclude<Operation, 'insert'>,
    fields: Document & { _id: unknown },
    { key, upsert = false }: { key?: string; upsert?: boolean } = {},
  ): Write {
    const body = Buffer.from(serialize(fields));
    return this.writer.prepareChange({
      change: { op, body, id: idOfDocument(body), upsert, needsKey: false },
      ...{ namespace: this.namespace, tier: 'eventual', idempotencyKey: key },
    });
  }

  get ledger(): Collection<LedgerRow> {
    return this.mongo.db(this.database).collection('ledger');
  }

  /** Queues documents, one after the other, and sees to it that they are queued. */
  async queue(...documents: readonly Document[]): Promise<Write[]> {
    const writes = documents.map((fields) => this.write(fields));
    for (const write of writes) await this.queueWrite(write);
    return writes;
  }

  async queueWrite(write: Write): Promise<void> {
    const answer = outcome(await append(this.appender, write));
    if (answer !== 'queued') throw new TypeError(`not queued but ${answer}`);
  }

  async openWorker(
    changed: Partial<BufferWorkerSettings> & { redisUri?: string } = {},
  ): Promise<OpenBufferWorker> {
    const { redisUri = this.servers.redis.uri, ...settings } = changed;
    const { database } = this;
    const worker = await workerOf(redisUri, this.names, {
      desk: this.writer,
      database,
      ...settings,
    });
    this.#workers.push(worker);
    return worker;
  }

  /** The writer's desk with another way in. */
  desk(submit: WriteDesk['submit']): WriteDesk {
    return deskWith(this.writer, submit);
  }

  backlog(tenant = 'default'): Promise<number> {
    return backlog(this.redis, this.names, tenant);
  }

  async drained(tenant = 'default'): Promise<void> {
    const isDrained = async (): Promise<boolean> => (await this.backlog(tenant)) === 0;
    await waitFor(isDrained, { what: 'nothing is queued any more', deadlineMs: 30_000 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const worker of this.#workers) await worker.stop();
    await this.appender.stop();
    await this.writer.stop();
    this.redis.close();
    await this.mongo.close();
  }
}

export async function wholeLane(
  servers: TestServers,
  partitions?: number,
  changes?: Changes,
): Promise<WholeLane> {
  return await new WholeLane(servers, partitions, changes).open();
}

/** Dies like a killed process: its connection is gone, nothing is handed back. */
export function crash(worker: OpenBufferWorker): void {
  worker.redis.close();
}
