import { isUtf8 } from 'node:buffer';
import {
  encodeDeletion,
  encodeJson,
  encodeMergePatch,
  encodeReplacement,
  encodeUpdate,
  parseIdText,
  writerErrors,
  type Change,
  type ChangeTarget,
  type EncodedDocument,
  type IdValue,
} from '@headrace/writer';
import { gatewayErrors } from '../errors.ts';
import { jsonMembers } from './json-members.ts';
import type { ListedCollection } from './listed-collections.ts';
import { checkIdempotencyKey } from './write-headers.ts';

/** What a line of `_bulk?lines=operations` asks for. */
export type LineOperation = {
  /** Idempotency key of the line itself. */
  readonly key: string | undefined;
} & ({ readonly document: EncodedDocument } | { readonly change: Change });

type Operation = 'insert' | 'replace' | 'patch' | 'update' | 'delete';
type Member = 'op' | 'id' | 'doc' | 'key' | 'if' | 'upsert';
type Members = Readonly<Partial<Record<Member, Buffer>>>;

/** What an operation needs beside `op`, and what it may have beside that and `key`. */
const FORMS: Readonly<
  Record<Operation, { readonly needs: readonly Member[]; readonly takes: readonly Member[] }>
> = {
  insert: { needs: ['doc'], takes: ['id'] },
  replace: { needs: ['id', 'doc'], takes: ['upsert'] },
  patch: { needs: ['id', 'doc'], takes: ['if', 'upsert'] },
  update: { needs: ['id', 'doc'], takes: ['if', 'upsert'] },
  delete: { needs: ['id'], takes: ['if'] },
};
const ENCODE = { replace: encodeReplacement, patch: encodeMergePatch, update: encodeUpdate };
const QUOTE = 0x22;
const NUMBER = /^-?[0-9]+$/;

/**
 * Reads one line such as `{"op":"patch","id":"A-1","doc":{"status":"paid"},"key":"pay-A-1"}`.
 * `id` is a text as in a path, a number, or Extended JSON.
 * @throws HeadraceError `bad-operation`, and what a document or change that can not be read throws
 */
export function readOperation(line: Buffer, collection: ListedCollection): LineOperation {
  if (!isUtf8(line)) {
    throw writerErrors.create('bad-encoding', { reason: 'some bytes are no UTF-8' });
  }
  const members = readMembers(line);
  const op = readOp(members.op);
  checkMembers(op, members);
  const key = members.key === undefined ? undefined : checkIdempotencyKey(readText(members.key));
  const id = members.id === undefined ? undefined : readId(members.id, collection);
  const { doc = line } = members;
  if (id === undefined) return { key, document: encodeJson(doc, collection) };
  const target = readTarget(id, members, collection);
  if (op === 'insert') return { key, document: documentAt(encodeReplacement(doc, target)) };
  return { key, change: op === 'delete' ? encodeDeletion(target) : ENCODE[op](doc, target) };
}

function readMembers(line: Buffer): Members {
  const members: Partial<Record<Member, Buffer>> = {};
  for (const { name, value } of jsonMembers(line)) {
    if (!isMember(name)) throw badOperation(`it knows no member ${JSON.stringify(name)}`);
    if (members[name] !== undefined) throw badOperation(`${name} is there twice`);
    members[name] = value;
  }
  return members;
}

function isMember(name: string): name is Member {
  switch (name) {
    case 'op':
    case 'id':
    case 'doc':
    case 'key':
    case 'if':
    case 'upsert':
      return true;
    default:
      return false;
  }
}

function readOp(value: Buffer | undefined): Operation {
  const op = value === undefined ? '' : readText(value);
  if (isOperation(op)) return op;
  throw badOperation('its op is one of insert, replace, patch, update and delete');
}

function isOperation(op: string): op is Operation {
  return Object.hasOwn(FORMS, op);
}

function checkMembers(op: Operation, members: Members): void {
  const { needs, takes } = FORMS[op];
  for (const name of needs) {
    if (members[name] === undefined) throw badOperation(`${op} needs ${name}`);
  }
  for (const name in members) {
    const isTaken =
      name === 'op' || name === 'key' || [...needs, ...takes].includes(name as Member);
    if (!isTaken) throw badOperation(`${op} takes no ${name}`);
  }
}

function readTarget(id: IdValue, members: Members, { types }: ListedCollection): ChangeTarget {
  const upsert = members.upsert === undefined ? 'false' : members.upsert.toString('latin1');
  if (upsert !== 'true' && upsert !== 'false') throw badOperation('upsert is true or false');
  return { id, types, upsert: upsert === 'true', condition: members.if?.toString() };
}

/** Digits too are read as a path is, where the collection's ids are numbers. */
function readId(value: Buffer, { rules }: ListedCollection): IdValue {
  const { idType } = rules;
  if (value[0] === QUOTE) return parseIdText(readText(value), idType);
  const digits = value.toString('latin1');
  if ((idType === 'int' || idType === 'long') && NUMBER.test(digits)) {
    return parseIdText(digits, idType);
  }
  const { id } = encodeJson(Buffer.from(`{"_id":${value.toString()}}`), { reservedBytes: 0 });
  if (id === undefined) throw badOperation('its id can not be read');
  return id;
}

function readText(value: Buffer): string {
  let read: unknown;
  try {
    read = JSON.parse(value.toString());
  } catch {
    read = undefined;
  }
  if (typeof read === 'string') return read;
  throw badOperation('op and key are texts');
}

/** An insert that names its `_id` beside its document is a whole document, as a replacement is. */
function documentAt({ id, body }: Change): EncodedDocument {
  const buffer = Buffer.from(body.buffer, body.byteOffset, body.length);
  return { buffer, reservedBytes: 0, id };
}

function badOperation(reason: string): Error {
  return gatewayErrors.create('bad-operation', { reason });
}
