import { BSON, type Document } from 'mongodb';
import { commandName } from '../proxy/write-command.ts';
import { readMessage, replyTo } from '../proxy/wire-message.ts';

// OP_QUERY: flags, collection name with its NUL, skip, limit, then the document. Only the driver's
// first hello comes so; it is answered by OP_REPLY.
const OP_REPLY = 1;
const OP_QUERY = 2004;
const QUERY_NAME_AT = 20;
const REPLY_HEAD_BYTES = 36;

/** A command as a driver sent it. */
export interface Request {
  readonly name: string;
  /** `database.collection`, or the database alone where the command names no collection. */
  readonly namespace: string;
  readonly database: string;
  readonly body: Document;
  /** Documents, updates or deletes as BSON, whichever way they came; empty for other commands. */
  readonly statements: readonly Buffer[];
  /** The whole of it, as it came. */
  readonly bytes: Buffer;
  /** The reply to it, as bytes. */
  reply(body: Document): Buffer;
}

/** The field that holds the statements of a write command. */
export const statementFields: Readonly<Record<string, string>> = {
  insert: 'documents',
  update: 'updates',
  delete: 'deletes',
};

/** Undefined for what is no command. */
export function readRequest(bytes: Buffer): Request | undefined {
  if (bytes.readInt32LE(12) === OP_QUERY) return readQuery(bytes);
  const message = readMessage(bytes);
  if (message === undefined) return undefined;
  const { body, requestId } = message;
  const name = commandName(body);
  return {
    ...{ name, body, bytes, ...targetOf(body, name) },
    statements: [...sequenceOf(message.after), ...arrayOf(body, statementFields[name])],
    reply: (reply) => replyTo(requestId, reply),
  };
}

function readQuery(bytes: Buffer): Request {
  const bodyAt = bytes.indexOf(0, QUERY_NAME_AT) + 1 + 8;
  const body = BSON.deserialize(bytes.subarray(bodyAt));
  const head = Buffer.alloc(REPLY_HEAD_BYTES);
  head.writeInt32LE(bytes.readInt32LE(4), 8);
  head.writeInt32LE(OP_REPLY, 12);
  head.writeInt32LE(1, REPLY_HEAD_BYTES - 4);
  return {
    ...{ name: commandName(body), body, bytes, database: 'admin', namespace: 'admin' },
    statements: [],
    reply: (reply) => withLength(Buffer.concat([head, BSON.serialize(reply)])),
  };
}

function targetOf(body: Document, name: string): { database: string; namespace: string } {
  const database = String(body['$db']);
  const collection: unknown = body[name];
  const namespace = typeof collection === 'string' ? `${database}.${collection}` : database;
  return { database, namespace };
}

/** The documents of the one sequence that may stand behind the body. */
function sequenceOf(section: Buffer): Buffer[] {
  const documents: Buffer[] = [];
  if (section.length === 0) return documents;
  const end = 1 + section.readInt32LE(1);
  for (let at = section.indexOf(0, 5) + 1; at < end;) {
    const next = at + section.readInt32LE(at);
    documents.push(section.subarray(at, next));
    at = next;
  }
  return documents;
}

function arrayOf(body: Document, field: string | undefined): Buffer[] {
  const documents = (field === undefined ? [] : (body[field] ?? [])) as Document[];
  return documents.map((document) => Buffer.from(BSON.serialize(document)));
}

/** A command of our own: the body without its statements, and these as a sequence of bytes. */
export function commandOf(request: Request, statements: readonly Buffer[]): Buffer {
  const field = statementFields[request.name];
  const message = replyTo(0, without(request.body, field));
  if (field === undefined) return message;
  const name = Buffer.from(`${field}\0`);
  const head = Buffer.alloc(5);
  head[0] = 1;
  const size = statements.reduce((sum, { length }) => sum + length, 4 + name.length);
  head.writeInt32LE(size, 1);
  return withLength(Buffer.concat([message, head, name, ...statements]));
}

/** The same command without one of its fields; the others keep their order. */
export function without(body: Document, field: string | undefined): Document {
  return Object.fromEntries(Object.entries(body).filter(([name]) => name !== field));
}

function withLength(message: Buffer): Buffer {
  message.writeInt32LE(message.length, 0);
  return message;
}
