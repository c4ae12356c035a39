import { type Changes, objectIdIn, writerErrors } from '@headrace/writer';
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
  /** Collections that are listed, by `database.collection`: no others are looked into. */
  readonly collections: Readonly<Record<string, { readonly changes: Changes }>>;
  /** Absent without a buffered lane; asked anew each time, as it may be opened late. */
  readonly buffer?: { readonly redis: RedisPort; readonly keys: BufferKeys } | undefined;
}

interface Row extends Document {
  readonly tenant: string;
  readonly st: 'done' | 'dead' | 'rejected';
  readonly r?: { readonly code: string };
  readonly sid?: string;
}

interface Letter extends Document {
  readonly tenant: string;
  readonly reason: { readonly code: string; readonly text: string };
}

const majority = { readConcern: 'majority' } as const;
/** Refusals a caller was told of when they happened; the ledger keeps their code alone. */
const toldRefusals = ['document-absent', 'condition-failed'] as const;

/**
 * Finds out what became of a write from what is recorded anyway (protocol C7): the ledger, a
 * document whose `_id` is the write id, the dead letters, the claim. What is nowhere is `unknown`,
 * never taken for applied.
 *
 * Such a document proves its insert where nothing else can have put it there. In an insert-only
 * collection that is so. In a ledgered one an upsert may name that `_id`, which the receipt of a
 * queued insert tells, so there the document is no proof for a write that the ledger would know:
 * one with an idempotency key, or one that a claim still says is queued. What is left are keyless
 * inserts of the direct lane, and these are looked for last.
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
      (await this.#inCollections(question, { ledgered: false })) ??
      (await this.#inDeadLetters(question)) ??
      (await this.#inClaims(question)) ??
      (await this.#inCollections(question, { ledgered: true })) ?? { state: 'unknown' }
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
    const code = row.r?.code ?? 'unknown';
    const told = toldRefusals.find((one) => one === code);
    const text = told === undefined ? '' : writerErrors.rows[told].text;
    // In the direct lane its caller was told, and no dead letter is made.
    if (row.st === 'rejected' && row.sid === undefined)
      return { state: 'rejected', reason: { code, text } };
    const letter = await this.#inDeadLetters({ writeId, tenant });
    if (letter !== undefined) return letter;
    // Nobody was told of a queued write's refusal: without its dead letter it is not settled yet.
    if (row.st === 'rejected') return { state: 'queued' };
    return { state: 'rejected', deadLetter: true, reason: { code, text } };
  }

  /** Tenants share a collection only when they may all use it, so a listed one may be looked into. */
  async #inCollections(
    { writeId, namespace }: WriteQuestion,
    { ledgered }: { readonly ledgered: boolean },
  ): Promise<WriteState | undefined> {
    if (ledgered && isKeyed(writeId)) return undefined;
    const { client, collections } = this.#options;
    const asked = Object.keys(collections).filter(
      (name) =>
        (namespace === undefined || namespace === name) &&
        (collections[name]?.changes !== 'none') === ledgered,
    );
    const ids = [
      new UUID(writeId),
      writeId,
      new ObjectId(writeId.replaceAll('-', '').slice(0, 24)),
      new ObjectId(objectIdIn(writeId)),
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

/** A write id is a UUID of version 8 exactly when it was derived from an idempotency key. */
function isKeyed(writeId: string): boolean {
  return writeId[14] === '8';
}
