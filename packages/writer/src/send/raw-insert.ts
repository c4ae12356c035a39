import { WriteConcern, MongoWriteConcernError, type MongoClient } from 'mongodb';
import { executeOperation } from 'mongodb/lib/operations/execute_operation.js';
import { DeleteOperation } from 'mongodb/lib/operations/delete.js';
import { InsertOperation } from 'mongodb/lib/operations/insert.js';
import { UpdateOperation } from 'mongodb/lib/operations/update.js';
import { MongoDBCollectionNamespace } from 'mongodb/lib/utils.js';
import { boundedCall } from '../clients/bounded-call-port.ts';
import type {
  ChangeCommand,
  ChangeOutcome,
  CommandOutcome,
  CommandSender,
  InsertCommand,
} from './command-port.ts';
import { isCertainlyUnsent } from './never-sent.ts';
import { changeOutcome, replyOutcome } from './reply-outcome.ts';
import { SlotSessions } from './slot-sessions.ts';

/**
 * Sends documents that are BSON already: the driver's own insert operation accepts serialised
 * documents, and so keeps sessions, transaction numbers, write concern, retryable writes and
 * monitoring. This is the one file that knows the driver's internals; `chooseSender` tries it
 * against the server at start and falls back to `insertMany`.
 */
export class RawInsertSender implements CommandSender {
  readonly path = 'raw';
  readonly #client: MongoClient;
  readonly #sessions: SlotSessions;
  readonly #namespaces = new Map<string, MongoDBCollectionNamespace>();

  /** @param sessions shared with whoever runs transactions on them */
  constructor(client: MongoClient, sessions = new SlotSessions(client)) {
    this.#client = client;
    this.#sessions = sessions;
  }

  async insert(command: InsertCommand): Promise<CommandOutcome> {
    const attempt: { operation?: InsertOperation } = {};
    try {
      const reply = await boundedCall(this.#client, (signal) => {
        attempt.operation = this.#operation(command, signal);
        return executeOperation(this.#client, attempt.operation);
      });
      return replyOutcome(reply, attempt.operation?.attemptsMade);
    } catch (cause) {
      const tries = attempt.operation?.attemptsMade ?? 0;
      if (cause instanceof MongoWriteConcernError) return replyOutcome(cause.result, tries);
      return { kind: 'failure', cause, tries, neverSent: isCertainlyUnsent(cause, tries) };
    }
  }

  async change(command: ChangeCommand): Promise<ChangeOutcome> {
    const attempt: { operation?: UpdateOperation | DeleteOperation } = {};
    try {
      const reply = await boundedCall(this.#client, (signal) => {
        attempt.operation = this.#changeOperation(command, signal);
        return executeOperation(this.#client, attempt.operation);
      });
      return changeOutcome(reply);
    } catch (cause) {
      if (cause instanceof MongoWriteConcernError) return changeOutcome(cause.result);
      const tries = attempt.operation?.attemptsMade ?? 0;
      return { kind: 'failure', cause, neverSent: isCertainlyUnsent(cause, tries) };
    }
  }

  stop(): Promise<void> {
    return this.#sessions.end();
  }

  #operation(command: InsertCommand, signal: AbortSignal): InsertOperation {
    return new InsertOperation(
      this.#namespaceOf(command.namespace),
      // The driver only counts these when the bytes are given beside them.
      command.documents.map(() => placeHolder),
      this.#optionsOf(command, { ordered: false, signal }),
      command.documents,
    );
  }

  #changeOperation(command: ChangeCommand, signal: AbortSignal): UpdateOperation | DeleteOperation {
    const { kind, namespace, statements } = command;
    const Operation = kind === 'update' ? UpdateOperation : DeleteOperation;
    return new Operation(
      this.#namespaceOf(namespace),
      statements.map(() => placeHolder),
      this.#optionsOf(command, { ordered: true, signal }),
      statements,
    );
  }

  #optionsOf(
    { concern, session }: Pick<InsertCommand, 'concern' | 'session'>,
    rest: { readonly ordered: boolean; readonly signal: AbortSignal },
  ) {
    const { w, wtimeoutMs, j } = concern;
    const writeConcern = new WriteConcern(w, wtimeoutMs, j);
    return { ...rest, session: this.#sessions.of(session), writeConcern };
  }

  #namespaceOf(namespace: string): MongoDBCollectionNamespace {
    let known = this.#namespaces.get(namespace);
    if (known === undefined) {
      const dot = namespace.indexOf('.');
      known = new MongoDBCollectionNamespace(namespace.slice(0, dot), namespace.slice(dot + 1));
      this.#namespaces.set(namespace, known);
    }
    return known;
  }
}

const placeHolder = Object.freeze({});
