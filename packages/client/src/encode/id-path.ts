import { ownError } from '../errors.ts';

/** What the ids of the `bson` package offer: ObjectId its digits, UUID and Long their text. */
interface TaggedId {
  readonly _bsontype: unknown;
  toHexString?(): string;
  toString(): string;
}

const TEXT_IDS = new Set(['ObjectId', 'Binary', 'Long', 'Int32']);
/** What `Binary` is as a UUID; others have no text. */
const UUID_SUBTYPE = 4;

/**
 * An `_id` as the last part of a path: a text, a whole number, or an ObjectId or UUID of the `bson`
 * package.
 * @throws HeadraceClientError `bad-argument` for an `_id` that no path holds
 */
export function idPath(id: unknown): string {
  const text = idText(id);
  if (text === undefined) {
    throw bad('an _id in a filter is a text, a whole number, an ObjectId or a UUID');
  }
  // Every URL parser takes these two for steps in the path, however they are written.
  if (text === '' || text === '.' || text === '..') throw bad(`the _id "${text}" fits in no URL`);
  try {
    return encodeURIComponent(text);
  } catch (cause) {
    throw ownError('bad-argument', 'the _id is no well-formed text', { cause });
  }
}

function idText(id: unknown): string | undefined {
  if (typeof id === 'string') return id;
  if (typeof id === 'bigint' || Number.isSafeInteger(id)) return String(id);
  return typeof id === 'object' && id !== null && '_bsontype' in id ? taggedText(id) : undefined;
}

function taggedText(id: TaggedId): string | undefined {
  if (!TEXT_IDS.has(String(id._bsontype))) return undefined;
  if (id._bsontype === 'Binary' && (id as { sub_type?: unknown }).sub_type !== UUID_SUBTYPE) {
    return undefined;
  }
  return typeof id.toHexString === 'function' ? id.toHexString() : id.toString();
}

function bad(reason: string): Error {
  return ownError('bad-argument', reason);
}
