import { readInt32 } from './bson-cursor.ts';
import { canonicalNumber } from './canonical-number.ts';
import * as element from './element-type.ts';
import type { IdValue } from './encoded-document.ts';
import { valueEnd } from './value-extent.ts';

/**
 * Text that is equal for two values of `_id` exactly when MongoDB takes them for the same under the
 * simple collation: numbers by value over int32, int64, double and decimal, in subdocuments too; a
 * symbol as the string it holds; everything else by type and bytes. Bytes stand in it as characters
 * up to 255, so it serves as a Map key; hash it through `Buffer.from(text, 'latin1')`.
 */
export function canonicalId(id: IdValue): string {
  return canonicalValue(id.type, id.value);
}

function canonicalValue(type: number, value: Uint8Array): string {
  switch (type) {
    case element.INT32:
    case element.INT64:
    case element.DOUBLE:
    case element.DECIMAL128:
      return `n${canonicalNumber(type, value)}`;
    case element.STRING:
    case element.SYMBOL:
      return `s${characters(value, 4, value.length - 1)}`;
    case element.DOCUMENT:
      return `d${canonicalFields(value, true)}`;
    case element.ARRAY:
      return `a${canonicalFields(value, false)}`;
    case element.CODE_WITH_SCOPE: {
      const scopeAt = 8 + readInt32(value, 4);
      const code = characters(value, 8, scopeAt);
      return `c${code.length}:${code}${canonicalFields(value.subarray(scopeAt), true)}`;
    }
    default:
      return `t${type}:${characters(value, 0, value.length)}`;
  }
}

/** Every field with its name (an array's have none) and the length of its text, in their order. */
function canonicalFields(bytes: Uint8Array, isNamed: boolean): string {
  let text = '';
  for (let at = 4; at < bytes.length - 1;) {
    const type = bytes[at] as number;
    const nameEnd = bytes.indexOf(0, at + 1) + 1;
    const end = valueEnd(bytes, type, nameEnd);
    const value = canonicalValue(type, bytes.subarray(nameEnd, end));
    if (isNamed) text += characters(bytes, at + 1, nameEnd);
    text += `${value.length}:${value}`;
    at = end;
  }
  return text;
}

function characters(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
}
