import { BSON, MongoBulkWriteError, type MongoClient } from 'mongodb';
import { boundedCall } from '../clients/bounded-call-port.ts';
import type {
  ChangeCommand,
  ChangeOutcome,
  CommandOutcome,
  CommandSender,
  InsertCommand,
  WriteError,
} from './command-port.ts';
import { isCertainlyUnsent } from './never-sent.ts';
import { changeOutcome } from './reply-outcome.ts';
import { SlotSessions } from './slot-sessions.ts';

/** The fall-back for a driver whose internals have moved: decodes the bytes and calls insertMany. */
export class InsertManySender implements CommandSender {
  readonly path = 'insertMany';
  readonly #client: MongoClient;
  readonly #sessions: SlotSessions;

  /** @param sessions shared with whoever runs transactions on them */
  constructor(client: MongoClient, sessions = new SlotSessions(client)) {
    this.#client = client;
    this.#sessions = sessions;
  }

  async insert(command: InsertCommand): Promise<CommandOutcome> {
    try {
      const result = await boundedCall(this.#client, () => this.#insertMany(command));
      return reply(result.insertedCount, [], undefined);
    } catch (cause) {
      const outcome = cause instanceof MongoBulkWriteError ? bulkOutcome(cause) : undefined;
      const tries = undefined; // the driver does not tell on this way
      const neverSent = isCertainlyUnsent(cause, tries);
      return outcome ?? { kind: 'failure', cause, tries, neverSent };
    }
  }

  async change(command: ChangeCommand): Promise<ChangeOutcome> {
    const { kind, namespace, statements, session } = command;
    const dot = namespace.indexOf('.');
    const spelt = {
      [kind]: namespace.slice(dot + 1),
      ordered: true,
      [`${kind}s`]: statements.map(decodeExactly),
    };
    try {
      const reply = await boundedCall(this.#client, (signal) =>
        this.#client
          .db(namespace.slice(0, dot))
          .command(spelt, { session: this.#sessions.of(session), signal }),
      );
      return changeOutcome(reply);
    } catch (cause) {
      return { kind: 'failure', cause, neverSent: false };
    }
  }

  stop(): Promise<void> {
    return this.#sessions.end();
  }

  #insertMany({ namespace, documents, concern, session }: InsertCommand) {
    const dot = namespace.indexOf('.');
    const { w, j, wtimeoutMs } = concern;
    const on = this.#sessions.of(session);
    return this.#client
      .db(namespace.slice(0, dot))
      .collection(namespace.slice(dot + 1))
      .insertMany(documents.map(decodeExactly), {
        ordered: false,
        session: on,
        // A transaction has its own; the driver refuses another within.
        ...(!on.inTransaction() && {
          writeConcern: { w, journal: j, wtimeoutMS: wtimeoutMs },
        }),
      });
  }
}

/**
 * `writeErrors` of the error is empty when there is a write-concern error too; its result has both.
 * The driver drops `keyPattern` on this way, so the judge reads the index from the text.
 * @returns undefined for a failure of the whole command, which the driver wraps in the same class
 */
function bulkOutcome(cause: MongoBulkWriteError): CommandOutcome | undefined {
  const rows = cause.result
    .getWriteErrors()
    .map(({ index, code, errmsg, errInfo }): WriteError => ({
      index,
      code,
      errmsg: errmsg ?? '',
      ...(errInfo && { errInfo: errInfo }),
    }));
  const concern = cause.result.getWriteConcernError();
  if (rows.length === 0 && concern === undefined) return undefined;
  return reply(
    cause.result.insertedCount,
    rows,
    concern && { code: concern.code ?? 0, errmsg: concern.errmsg ?? '' },
  );
}

function reply(
  inserted: number,
  writeErrors: readonly WriteError[],
  writeConcernError: { code: number; errmsg: string } | undefined,
): CommandOutcome {
  return { kind: 'reply', inserted, writeErrors, writeConcernError, tries: undefined };
}

/** Keeps every type as it is, so that encoding again gives the same bytes. */
function decodeExactly(bytes: Uint8Array) {
  return BSON.deserialize(bytes, { promoteValues: false, promoteLongs: false, bsonRegExp: true });
}
