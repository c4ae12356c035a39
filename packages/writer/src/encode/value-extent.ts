import { readInt32 } from './bson-cursor.ts';
import * as element from './element-type.ts';

/** The end of a value in BSON that is known to be right. */
export function valueEnd(bytes: Uint8Array, type: number, at: number): number {
  switch (type) {
    case element.BOOLEAN:
      return at + 1;
    case element.INT32:
      return at + 4;
    case element.DOUBLE:
    case element.DATE:
    case element.TIMESTAMP:
    case element.INT64:
      return at + 8;
    case element.OBJECT_ID:
      return at + 12;
    case element.DECIMAL128:
      return at + 16;
    case element.STRING:
    case element.CODE:
    case element.SYMBOL:
      return at + 4 + readInt32(bytes, at);
    case element.DOCUMENT:
    case element.ARRAY:
    case element.CODE_WITH_SCOPE:
      return at + readInt32(bytes, at);
    case element.BINARY:
      return at + 5 + readInt32(bytes, at);
    case element.DB_POINTER:
      return at + 4 + readInt32(bytes, at) + 12;
    case element.REGEX:
      return bytes.indexOf(0, bytes.indexOf(0, at) + 1) + 1;
    default:
      return at;
  }
}
