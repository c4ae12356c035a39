import { TIMESTAMP } from './element-type.ts';
import { isIdName } from './id-of-document.ts';
import { valueEnd } from './value-extent.ts';

/**
 * Whether a stored document is the one that was sent. Byte for byte, except that MongoDB puts its
 * own time in place of an empty Timestamp at the top level (not in `_id`), so that such a field of
 * `sent` matches any Timestamp.
 */
export function sameDocument(sent: Uint8Array, stored: Uint8Array): boolean {
  if (sent.length !== stored.length) return false;
  if (Buffer.compare(sent, stored) === 0) return true;
  // A Timestamp always takes eight bytes: all offsets agree as long as the bytes before them do.
  let equalTo = 0;
  for (let at = 4; at < sent.length - 1;) {
    const type = sent[at] as number;
    const valueAt = sent.indexOf(0, at + 1) + 1;
    const end = valueEnd(sent, type, valueAt);
    if (type === TIMESTAMP && isEmpty(sent, valueAt) && !isIdName(sent, at + 1)) {
      if (!sameRange(sent, stored, { start: equalTo, end: valueAt })) return false;
      equalTo = end;
    }
    at = end;
  }
  return sameRange(sent, stored, { start: equalTo, end: sent.length });
}

function sameRange(
  one: Uint8Array,
  other: Uint8Array,
  range: { readonly start: number; readonly end: number },
): boolean {
  const { start, end } = range;
  return Buffer.compare(one.subarray(start, end), other.subarray(start, end)) === 0;
}

function isEmpty(bytes: Uint8Array, at: number): boolean {
  for (let i = at; i < at + 8; i++) if (bytes[i] !== 0) return false;
  return true;
}
