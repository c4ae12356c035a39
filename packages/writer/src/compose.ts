import { noMetrics, silentLog, StopOrder, systemClock } from '@headrace/base';
import type { Document, MongoClient } from 'mongodb';
import { Members } from './clients/members.ts';
import { explainRights } from './clients/explain-rights.ts';
import { openClient } from './clients/open-client.ts';
import { Owners } from './clients/owners.ts';
import { PoolUse } from './clients/pool-use.ts';
import { refuseCollations } from './clients/refuse-collations.ts';
import { Transactions } from './clients/transactions.ts';
import { ByteBudget } from './gather/byte-budget.ts';
import { Gatherer } from './gather/gatherer.ts';
import type { Settle, Write } from './gather/write-port.ts';
import { loadDeploymentSecret } from './identify/deployment-secret.ts';
import { Identify } from './identify/identify.ts';
import { Judge } from './judge/judge.ts';
import { Ledger } from './record/ledger.ts';
import { checkShardKeys } from './route/check-shard-keys.ts';
import { ShardMaps } from './route/shard-maps.ts';
import { BatchRun } from './send/batch-run.ts';
import { chooseSender } from './send/choose-sender.ts';
import { InsertAttempt } from './send/insert-attempt.ts';
import { ResendPace } from './send/resend-pace.ts';
import { SlotSessions } from './send/slot-sessions.ts';
import { TierConcerns } from './send/tier-concern-port.ts';
import { TransactionAttempt, transactionSession } from './send/transaction-attempt.ts';
import { WriterCollection } from './writer-collection.ts';
import type { WriterOptions } from './writer-options.ts';
import type {
  ChangeRequest,
  InsertRequest,
  OwnedPartitions,
  StoredWrite,
  TransactionsPort,
  WriteDesk,
} from './writer-port.ts';

/**
 * Batches in flight per tier, those that are stuck included: a transaction may wait long for what others
 * hold.
 */
const slotsPerTier = { insert: 2, transaction: 4 };
const transactionSlots = ['eventual', 'balanced', 'strong'].flatMap((tier) =>
  Array.from({ length: slotsPerTier.transaction }, (_, slot) => transactionSession(tier, slot)),
);
const maxBatchBytes = 4 * 1024 * 1024;
/** A transaction holds its documents until it ends, and takes back all of it for one refusal. */
const batchCaps = {
  insert: { maxWrites: 1000, maxBytes: maxBatchBytes },
  transaction: { maxWrites: 128, maxBytes: maxBatchBytes },
};
/** Over shards a transaction is slower to commit, so it holds its documents longer (protocol A16). */
const shardedBatchCaps = {
  insert: batchCaps.insert,
  transaction: { maxWrites: 64, maxBytes: maxBatchBytes },
};
const defaultPoolSize = 64;
const defaultInFlightBytes = 64 * 1024 * 1024;
/** How often waiting writes are held against their deadlines. */
const expireEveryMs = 50;
/** How long a stop waits for outcomes before it answers with what is known. */
const drainMs = 20_000;

/**
 * Opens a writer: connects, checks that the server is a replica set or mongos, tries the raw path,
 * loads the deployment's secret, registers this process.
 * @throws HeadraceError `mongodb-not-reached`, `mongodb-refuses-user`, `no-rights-on-records`,
 * `standalone-server`, `collation-not-offered`, `bad-deployment`; MongoError when it is lost meanwhile
 */
export async function openWriter(options: WriterOptions): Promise<Writer> {
  const { log = silentLog, clock = systemClock, database = 'headrace' } = options;
  const { maxPoolSize = defaultPoolSize, metrics = noMetrics } = options;
  const stops = new StopOrder();
  const poolUse = new PoolUse({ maxPoolSize, clock, metrics, log });
  const client = await openClient({
    ...{ uri: options.uri, maxPoolSize, warmConnections: slotsPerTier.insert * 3 },
    follow: (one) => {
      poolUse.follow(one);
    },
  });
  stops.add('MongoDB client', () => client.close());
  try {
    const members = await Members.open(client);
    await refuseCollations(client, Object.keys(options.collections), log);
    const secret = await loadDeploymentSecret(client, database);
    const sessions = new SlotSessions(client, transactionSlots);
    const owners = await Owners.open({ client, database, sessions: sessions.ids(), clock, log });
    stops.add('owners', () => owners.stop());
    stops.add('transaction sessions', () => sessions.end());
    const sender = await chooseSender({ client, database, log, sessions });
    stops.add('sessions', () => sender.stop());
    const concerns = new TierConcerns(members, { allowLower: options.tiers?.allowLower ?? false });
    const ledger = new Ledger(client.db(database));
    if (Object.values(options.collections).some(({ changes = 'none' }) => changes !== 'none')) {
      await ledger.createIndexes();
    }
    const shardMaps = members.isMongos ? await openShardMaps(client, options) : undefined;
    stops.add('shard maps', () => shardMaps?.stop());
    const pace = new ResendPace(clock);
    const runner = new BatchRun({
      attempts: {
        insert: new InsertAttempt({ sender, judge: new Judge(client), concerns }),
        transaction: new TransactionAttempt({
          ...{ client, sender, sessions, ledger, database, owners, concerns, pace, clock },
        }),
      },
      ...{ pace, primary: members, clock, log },
    });
    const budget = new ByteBudget(options.limits?.inFlightBytes ?? defaultInFlightBytes);
    const gatherer = new Gatherer({
      runner,
      clock,
      budget,
      concerns,
      slotsPerTier,
      caps: members.isMongos ? shardedBatchCaps : batchCaps,
      shardOf: shardMaps && ((write) => shardMaps.shardOf(write)),
    });
    const sweep = setInterval(() => {
      const nowMs = clock.monotonicMs();
      gatherer.expire(nowMs);
      runner.expire(nowMs);
      void shardMaps?.lookIfDue();
      poolUse.report(transactionSlots.filter((slot) => sessions.of(slot).inTransaction()).length);
    }, expireEveryMs);
    stops.add('deadlines', () => {
      clearInterval(sweep);
    });
    stops.add('writes under way', () => drain(gatherer, runner));
    const collections = new Map(
      Object.entries(options.collections).map(([name, { idType = 'uuid', changes = 'none' }]) => [
        name,
        { idType, changes },
      ]),
    );
    const identify = new Identify({ secret, clock, collections });
    report(options, { path: sender.path, members: members.dataBearingMembers() });
    const transactions = new Transactions({ client, sessions, owners });
    return new Writer({ client, identify, gatherer, owners, transactions, stops, options });
  } catch (cause) {
    await stops.stop();
    throw explainRights(cause, client, database);
  }
}

/** The maps of all listed collections, as far as they can be read. */
async function openShardMaps(client: MongoClient, options: WriterOptions): Promise<ShardMaps> {
  const { log = silentLog, metrics = noMetrics, clock = systemClock, collections } = options;
  const namespaces = Object.keys(collections);
  const maps = new ShardMaps({ client, namespaces, clock, log, metrics });
  await maps.look();
  const insertOnly = namespaces.filter((name) => (collections[name]?.changes ?? 'none') === 'none');
  checkShardKeys(maps, insertOnly);
  return maps;
}

async function drain(gatherer: Gatherer, runner: BatchRun): Promise<void> {
  const late = setTimeout(() => {
    runner.abort();
  }, drainMs);
  await gatherer.drain();
  clearTimeout(late);
}

function report(options: WriterOptions, live: { path: string; members: number | undefined }): void {
  const { log = silentLog, metrics = noMetrics } = options;
  metrics
    .gauge({
      name: 'writer_raw_insert',
      help: '1 when documents go to the wire as bytes',
      labels: [],
    })
    .set({}, live.path === 'raw' ? 1 : 0);
  if (live.members === 3) {
    log.info({ members: 3 }, 'balanced and strong promise the same here: the majority of 3 is 2');
  }
  if (live.members === 1 && options.tiers?.allowLower === true) {
    log.warn({ members: 1 }, 'balanced is lowered: one member can not satisfy w:2');
  }
}

interface WriterParts {
  readonly client: MongoClient;
  readonly identify: Identify;
  readonly gatherer: Gatherer;
  readonly owners: Owners;
  readonly transactions: Transactions;
  readonly stops: StopOrder;
  readonly options: WriterOptions;
}

/** The write path, for a program of one's own or for the gateway. Opened by `openWriter`. */
export class Writer implements WriteDesk {
  readonly client: MongoClient;
  readonly partitions: OwnedPartitions;
  readonly transactions: TransactionsPort;
  readonly #parts: WriterParts;

  /** @internal */
  constructor(parts: WriterParts) {
    this.client = parts.client;
    this.partitions = parts.owners;
    this.transactions = parts.transactions;
    this.#parts = parts;
  }

  prepareInsert(request: InsertRequest): Write {
    return this.#parts.identify.prepareInsert(request);
  }

  prepareChange(request: ChangeRequest): Write {
    return this.#parts.identify.prepareChange(request);
  }

  restore(stored: StoredWrite): Write {
    return this.#parts.identify.restore(stored);
  }

  submit(write: Write, settle: Settle): void {
    this.#parts.gatherer.submit(write, settle);
  }

  /**
   * A collection in the driver's own shape.
   * @throws HeadraceError `namespace-not-listed`
   */
  collection<Shape extends Document = Document>(namespace: string): WriterCollection<Shape> {
    return new WriterCollection(this, namespace, this.#parts.options.collections[namespace]);
  }

  /** Refuses new writes, waits for the outcomes of those under way, closes the client. */
  stop(): Promise<void> {
    return this.#parts.stops.stop();
  }
}
