import { BSON, type Document } from 'mongodb';

// MongoDB wire protocol: header (length, request id, response to, opcode), then by opcode.
// OP_MSG: flag bits, then sections (0: the command or reply; 1: a named sequence of documents).
// OP_REPLY: flags, cursor id, starting from, number returned, then the document. The driver's
// first hello still goes as OP_QUERY and is answered so.
const OP_REPLY = 1;
const OP_MSG = 2013;
const HEADER_BYTES = 16;
const MSG_BODY_AT = HEADER_BYTES + 4 + 1;
const REPLY_BODY_AT = HEADER_BYTES + 4 + 8 + 4 + 4;

/** Keeps every BSON type as it came, so that a body can be written again. */
const AS_IT_CAME = {
  promoteValues: false,
  promoteLongs: false,
  promoteBuffers: false,
  bsonRegExp: true,
};

/** A command or reply: the document of an OP_MSG or OP_REPLY, with its place in the message. */
export interface WireMessage {
  readonly requestId: number;
  readonly responseTo: number;
  /** The kind-0 document, with BSON wrappers instead of numbers. */
  readonly body: Document;
  /** The whole of it, as it came. */
  readonly bytes: Buffer;
  /** Everything before the body and after it: header, flags, sequences. */
  readonly before: Buffer;
  readonly after: Buffer;
}

/** Undefined for what is neither OP_MSG nor OP_REPLY: passed through unread. */
export function readMessage(message: Buffer): WireMessage | undefined {
  const bodyAt = { [OP_MSG]: MSG_BODY_AT, [OP_REPLY]: REPLY_BODY_AT }[message.readInt32LE(12)];
  // The driver always sends the kind-0 section first; anything else is not looked into.
  if (bodyAt === undefined || (bodyAt === MSG_BODY_AT && message[bodyAt - 1] !== 0))
    return undefined;
  const bodyEnd = bodyAt + message.readInt32LE(bodyAt);
  return {
    bytes: message,
    requestId: message.readInt32LE(4),
    responseTo: message.readInt32LE(8),
    body: BSON.deserialize(message.subarray(bodyAt, bodyEnd), AS_IT_CAME),
    before: message.subarray(0, bodyAt),
    after: message.subarray(bodyEnd),
  };
}

/** The message with another body, and its length set right. */
export function withBody(message: WireMessage, body: Document): Buffer {
  const bytes = Buffer.concat([message.before, BSON.serialize(body), message.after]);
  bytes.writeInt32LE(bytes.length, 0);
  return bytes;
}

/** A reply of our own to a command. */
export function replyTo(requestId: number, body: Document): Buffer {
  const head = Buffer.alloc(MSG_BODY_AT);
  head.writeInt32LE(requestId, 8);
  head.writeInt32LE(OP_MSG, 12);
  const bytes = Buffer.concat([head, BSON.serialize(body)]);
  bytes.writeInt32LE(bytes.length, 0);
  return bytes;
}

/** How many documents the first sequence (or, without one, the named array) of a command holds. */
export function countDocuments(message: WireMessage): number {
  if (message.after.length === 0) {
    const { documents, updates, deletes } = message.body;
    return ((documents ?? updates ?? deletes ?? []) as unknown[]).length;
  }
  const end = 1 + message.after.readInt32LE(1);
  let at = message.after.indexOf(0, 5) + 1; // after the sequence's name
  let count = 0;
  for (; at < end; at += message.after.readInt32LE(at)) count += 1;
  return count;
}
