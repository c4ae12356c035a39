import { BSON } from 'mongodb';
import type { IdValue } from './encoded-document.ts';

/** Keeps every type apart, so that an `_id` read back asks for the same document. */
const exactly = { promoteValues: false, promoteLongs: false, bsonRegExp: true };

/** The `_id` of a document as a value for a filter. */
export function idForFilter(document: Uint8Array): unknown {
  return BSON.deserialize(document, exactly)['_id'];
}

/**
 * The raw `_id` of a document that was checked before. Not for the hot path: it decodes the
 * document, then encodes its `_id` alone.
 */
export function idOfDocument(document: Uint8Array): IdValue {
  const alone = BSON.serialize({ _id: idForFilter(document) });
  // Alone, the value stands behind length, type and name, and before one last byte.
  return { type: alone[4] ?? 0, value: alone.subarray(9, alone.length - 1) };
}
