import { UUID, type ClientSession, type Document, type MongoClient } from 'mongodb';
import { boundedCall } from '../clients/bounded-call-port.ts';
import { canonicalId, idOfDocument } from '../encode/bson-port.ts';
import type { ChangeCommand, ChangeOutcome, CommandSender } from './command-port.ts';
import type { SlotSessions } from './slot-sessions.ts';
import type { TierConcern } from './tier-concern-port.ts';

/** What a command within a transaction tells; a refused write has ended the transaction already. */
export type TransactionReply = Pick<
  Extract<ChangeOutcome, { kind: 'reply' }>,
  'n' | 'modified' | 'upserted' | 'writeErrors'
>;

export interface TransactionCommandsOptions {
  readonly client: MongoClient;
  readonly sender: CommandSender;
  readonly sessions: SlotSessions;
  /** Headrace's own database, where the ledger is. */
  readonly database: string;
}

/** The transaction that is open on a slot's session. */
export interface OpenTransaction {
  /** Of the slot's session. */
  readonly name: string;
  readonly namespace: string;
  readonly concern: TierConcern;
}

/**
 * The commands of a transaction. They throw what the server or the network throws; a write the
 * server refuses is in the reply, and the transaction is dead then (protocol A4).
 */
export class TransactionCommands {
  readonly #options: TransactionCommandsOptions;

  constructor(options: TransactionCommandsOptions) {
    this.#options = options;
  }

  /** The canonical ids of the documents that match, as the transaction sees them. */
  async findIds({ name, namespace }: OpenTransaction, filter: Document): Promise<Set<string>> {
    const session = this.#session(name);
    const found = await boundedCall(this.#options.client, (signal) =>
      this.#collection(namespace)
        .find<Uint8Array>(filter, { projection: { _id: 1 }, raw: true, session, signal })
        .toArray(),
    );
    return new Set(found.map((stored) => canonicalId(idOfDocument(stored))));
  }

  /** Whether the transaction sees one of these write ids in the ledger. */
  async seesRecorded({ name }: OpenTransaction, writeIds: readonly string[]): Promise<boolean> {
    const session = this.#session(name);
    const filter = { _id: { $in: writeIds.map((writeId) => new UUID(writeId)) } } as Document;
    const found = await boundedCall(this.#options.client, (signal) =>
      this.#collection(`${this.#options.database}.ledger`).findOne(filter, {
        projection: { _id: 1 },
        session,
        signal,
      }),
    );
    return found !== null;
  }

  async insert(open: OpenTransaction, documents: readonly Uint8Array[]): Promise<TransactionReply> {
    const { name: session, namespace, concern } = open;
    const outcome = await this.#options.sender.insert({ namespace, documents, concern, session });
    if (outcome.kind === 'failure') throw outcome.cause;
    const { inserted: n, writeErrors } = outcome;
    return { n, modified: 0, upserted: new Set(), writeErrors };
  }

  /** Adds ledger rows; one that is there already is in the reply as a duplicate. */
  record(open: OpenTransaction, rows: readonly Uint8Array[]): Promise<TransactionReply> {
    return this.insert({ ...open, namespace: `${this.#options.database}.ledger` }, rows);
  }

  update(open: OpenTransaction, statements: readonly Uint8Array[]): Promise<TransactionReply> {
    return this.#change(open, 'update', statements);
  }

  delete(open: OpenTransaction, statements: readonly Uint8Array[]): Promise<TransactionReply> {
    return this.#change(open, 'delete', statements);
  }

  async #change(
    { name: session, namespace, concern }: OpenTransaction,
    kind: ChangeCommand['kind'],
    statements: readonly Uint8Array[],
  ): Promise<TransactionReply> {
    const command = { kind, namespace, statements, concern, session };
    const outcome = await this.#options.sender.change(command);
    if (outcome.kind === 'failure') throw outcome.cause;
    return outcome;
  }

  #session(name: string): ClientSession {
    return this.#options.sessions.of(name);
  }

  #collection(namespace: string) {
    const dot = namespace.indexOf('.');
    return this.#options.client.db(namespace.slice(0, dot)).collection(namespace.slice(dot + 1));
  }
}
