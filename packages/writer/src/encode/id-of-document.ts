import { BSON } from 'bson';
import { writerErrors } from '../errors.ts';
import type { IdValue } from './encoded-document.ts';
import { valueEnd } from './value-extent.ts';

/** Keeps every type apart, so that an `_id` read back asks for the same document. */
const exactly = { promoteValues: false, promoteLongs: false, bsonRegExp: true };

/** The `_id` of a document as a value for a filter. */
export function idForFilter(document: Uint8Array): unknown {
  return BSON.deserialize(document, exactly)['_id'];
}

/**
 * The raw `_id` of a document that was checked before, as a view into it. It is the first field of
 * what was encoded here and of what MongoDB stores. Throws `bad-id` if the document has none.
 */
export function idOfDocument(document: Uint8Array): IdValue {
  for (let at = 4; at < document.length - 1;) {
    const type = document[at] as number;
    const valueAt = document.indexOf(0, at + 1) + 1;
    const end = valueEnd(document, type, valueAt);
    if (isIdName(document, at + 1)) return { type, value: document.subarray(valueAt, end) };
    at = end;
  }
  throw writerErrors.create('bad-id', { path: '/_id', reason: 'the document has none' });
}

/** Whether the name at `at`, which ends in NUL, is `_id`. */
export function isIdName(bytes: Uint8Array, at: number): boolean {
  return (
    bytes[at] === 0x5f && bytes[at + 1] === 0x69 && bytes[at + 2] === 0x64 && bytes[at + 3] === 0
  );
}
