import { BSON, type Document } from 'mongodb';
import type { WireMessage } from './wire-message.ts';

/** One write command as it came from the driver. */
export interface WriteCommand {
  readonly name: string;
  /** Database and collection; only the database for commitTransaction and bulkWrite. */
  readonly namespace: string;
  /** Undefined: none was sent, and the server's default holds. */
  readonly writeConcern: Document | undefined;
}

const WRITES = new Set([
  ...['insert', 'update', 'delete', 'findAndModify', 'bulkWrite'],
  ...['commitTransaction', 'abortTransaction'],
]);

/** Name and write concern of a write command; undefined for any other. */
export function readWriteCommand({ body }: WireMessage): WriteCommand | undefined {
  const name = commandName(body);
  if (!WRITES.has(name)) return undefined;
  const plain = BSON.deserialize(BSON.serialize(pick(body, [name, '$db', 'writeConcern'])));
  const { $db, writeConcern } = plain as { $db: string; writeConcern?: Document };
  const target: unknown = plain[name];
  return { name, namespace: typeof target === 'string' ? `${$db}.${target}` : $db, writeConcern };
}

/** A command's name is its first field. */
export function commandName(body: Document): string {
  return Object.keys(body)[0] ?? '';
}

/** Whether the command waits for a member besides the primary. */
export function waitsForMembers({ writeConcern }: WriteCommand): boolean {
  const w: unknown = writeConcern?.['w'];
  return w === 'majority' || (typeof w === 'number' && w > 1);
}

function pick(body: Document, names: readonly string[]): Document {
  return Object.fromEntries(names.flatMap((name) => (name in body ? [[name, body[name]]] : [])));
}
