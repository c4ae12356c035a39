import { UUID, ObjectId, type Collection, type Db, type Document, type MongoClient } from 'mongodb';
import type { FindWrite, WriteQuestion, WriteState } from '../accept/find-write-port.ts';
import type { BufferKeys } from '../append/buffer-keys-port.ts';
import { claimState, readClaim } from '../append/claim-port.ts';
import type { RedisPort } from '../append/redis-port.ts';
import { WaitPauses } from './wait-pauses.ts';

export interface WriteStateLookUpOptions {
  readonly client: MongoClient;
  /** `mongodb.database` */
  readonly database: string;
  /** Namespaces that are listed: no others are looked into. */
  readonly namespaces: readonly string[];
  /** Absent without a buffered lane; asked anew each time, as it may be opened late. */
  readonly buffer?: { readonly redis: RedisPort; readonly keys: BufferKeys } | undefined;
}

interface Row extends Document {
  readonly tenant: string;
  readonly st: 'done' | 'dead' | 'rejected';
  readonly r?: { readonly code: string };
}

interface Letter extends Document {
  readonly tenant: string;
  readonly reason: { readonly code: string; readonly text: string };
}

const majority = { readConcern: 'majority' } as const;

/**
 * Finds out what became of a write from what is recorded anyway: the ledger, the document whose
 * `_id` is the write id, the dead letters, the claim, in this order (protocol C7). What is nowhere
 * is `unknown`, never taken for applied.
 */
export class WriteStateLookUp implements FindWrite {
  readonly #options: WriteStateLookUpOptions;
  readonly #ledger: Collection<Row>;
  readonly #letters: Collection<Letter>;

  constructor(options: WriteStateLookUpOptions) {
    this.#options = options;
    const database: Db = options.client.db(options.database);
    this.#ledger = database.collection('ledger');
    this.#letters = database.collection('deadLetters');
  }

  async find(question: WriteQuestion): Promise<WriteState> {
    return (
      (await this.#inLedger(question)) ??
      (await this.#inCollections(question)) ??
      (await this.#inDeadLetters(question)) ??
      (await this.#inClaims(question)) ?? { state: 'unknown' }
    );
  }

  async waitFor(question: WriteQuestion, waitMs: number): Promise<WriteState> {
    const found = await this.find(question);
    if (found.state !== 'queued') return found;
    const pauses = new WaitPauses(waitMs);
    while (await pauses.next()) {
      // While the claim says queued nothing else needs to be asked.
      if ((await this.#claimLetter(question)) !== claimState.queued)
        return await this.find(question);
    }
    return found;
  }

  async #inLedger({ writeId, tenant }: WriteQuestion): Promise<WriteState | undefined> {
    const filter = { _id: new UUID(writeId), tenant } as Document;
    const row = await this.#ledger.findOne(filter, majority);
    if (row === null) return undefined;
    if (row.st === 'done') return { state: 'applied' };
    const letter = await this.#inDeadLetters({ writeId, tenant });
    const reason = { code: row.r?.code ?? 'unknown', text: '' };
    return letter ?? { state: 'rejected', deadLetter: true, reason };
  }

  /** Tenants share a collection only when they may all use it, so a listed one may be looked into. */
  async #inCollections({ writeId, namespace }: WriteQuestion): Promise<WriteState | undefined> {
    const { client, namespaces } = this.#options;
    const asked =
      namespace === undefined ? namespaces : namespaces.filter((ns) => ns === namespace);
    const ids = [
      new UUID(writeId),
      writeId,
      new ObjectId(writeId.replaceAll('-', '').slice(0, 24)),
    ];
    const found = await Promise.all(
      asked.map((name) => {
        const dot = name.indexOf('.');
        const documents = client
          .db(name.slice(0, dot))
          .collection<{ _id: UUID | string | ObjectId }>(name.slice(dot + 1));
        return documents.findOne({ _id: { $in: ids } }, { projection: { _id: 1 }, ...majority });
      }),
    );
    return found.some((document) => document !== null) ? { state: 'applied' } : undefined;
  }

  async #inDeadLetters(
    question: Pick<WriteQuestion, 'writeId' | 'tenant'>,
  ): Promise<WriteState | undefined> {
    const { writeId, tenant } = question;
    const filter = { '_id.w': new UUID(writeId), tenant } as Document;
    const letter = await this.#letters.findOne(filter, { sort: { at: 1 }, ...majority });
    return letter === null
      ? undefined
      : {
          state: 'rejected',
          deadLetter: true,
          reason: { code: letter.reason.code, text: letter.reason.text },
        };
  }

  async #inClaims(question: WriteQuestion): Promise<WriteState | undefined> {
    const letter = await this.#claimLetter(question);
    if (letter === claimState.queued) return { state: 'queued' };
    if (letter === claimState.applied) return { state: 'applied' };
    // The dead letter was recorded before its claim, so it is there by now.
    return letter === claimState.dead ? await this.#inDeadLetters(question) : undefined;
  }

  /** First letter of the claim; undefined without a claim of this tenant. */
  async #claimLetter(question: WriteQuestion): Promise<string | undefined> {
    const { buffer } = this.#options;
    if (buffer === undefined || !buffer.redis.connected) return undefined;
    const { keys, redis } = buffer;
    const { writeId, tenant, namespace, canonicalId } = question;
    const known = namespace !== undefined && canonicalId !== undefined;
    const partitions = known ? [keys.partitionOf(namespace, canonicalId)] : keys.partitions;
    const replies = await Promise.all(
      partitions.map((partition) => redis.command('GET', partition.claim(writeId))),
    );
    for (const bytes of replies as (Buffer | null)[]) {
      const claim = bytes === null ? undefined : readClaim(bytes);
      if (claim?.tenant === tenant) return claim.state;
    }
    return undefined;
  }
}
