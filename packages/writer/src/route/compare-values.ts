import { element, readInt32, valueEnd } from '../encode/raw-value-port.ts';
import { compareNumbers } from './compare-numbers.ts';
import { canonicalType, type RawValue } from './raw-value.ts';

/**
 * The order of two values as MongoDB sorts them under the simple collation, which is the only one of
 * shard keys: by canonical type, numbers by value, text and bytes without regard to language
 * (src/mongo/bson/bsonelement.cpp, `compareElements`).
 * @returns below, above or equal to 0, as for a sort
 */
export function compareValues(one: RawValue, other: RawValue): number {
  const byType = canonicalType(one.type) - canonicalType(other.type);
  return byType === 0 ? compareSameType(one, other) : byType;
}

function compareSameType(one: RawValue, other: RawValue): number {
  switch (one.type) {
    case element.INT32:
    case element.INT64:
    case element.DOUBLE:
    case element.DECIMAL128:
      return compareNumbers(one, other);
    case element.STRING:
    case element.SYMBOL:
    case element.CODE:
      // The closing NUL stands below every other byte, so a beginning stands before the whole.
      return compareBytes(one, other, 4);
    case element.DOCUMENT:
    case element.ARRAY:
      return compareFields(one, other);
    case element.BINARY:
      return int32(one) - int32(other) || compareBytes(one, other, 4);
    case element.DB_POINTER:
      return int32(one) - int32(other) || compareBytes(one, other, 0);
    case element.DATE:
      return int32(one, 4) - int32(other, 4) || uint32(one) - uint32(other);
    case element.TIMESTAMP:
      return uint32(one, 4) - uint32(other, 4) || uint32(one) - uint32(other);
    case element.CODE_WITH_SCOPE:
      return compareCodeWithScope(one, other);
    // Pattern and options end in NUL, below every other byte, so they compare one after the other.
    case element.OBJECT_ID:
    case element.BOOLEAN:
    case element.REGEX:
      return compareBytes(one, other, 0);
    default:
      return 0;
  }
}

function int32({ bytes, at }: RawValue, offset = 0): number {
  return readInt32(bytes, at + offset);
}

function uint32(value: RawValue, offset = 0): number {
  return int32(value, offset) >>> 0;
}

/** From `offset` to the end of the values. */
function compareBytes(one: RawValue, other: RawValue, offset: number): number {
  const ends = valueEnd(one.bytes, one.type, one.at);
  const otherEnds = valueEnd(other.bytes, other.type, other.at);
  const from = one.at + offset;
  const shift = other.at - one.at;
  const shorter = Math.min(ends, otherEnds - shift);
  for (let i = from; i < shorter; i += 1) {
    const difference = (one.bytes[i] as number) - (other.bytes[i + shift] as number);
    if (difference !== 0) return difference;
  }
  return ends - one.at - (otherEnds - other.at);
}

function compareCodeWithScope(one: RawValue, other: RawValue): number {
  return compareBytes(codeOf(one), codeOf(other), 4) || compareFields(scopeOf(one), scopeOf(other));
}

function codeOf({ bytes, at }: RawValue): RawValue {
  return { type: element.CODE, bytes, at: at + 4 };
}

function scopeOf({ bytes, at }: RawValue): RawValue {
  return { type: element.DOCUMENT, bytes, at: at + 8 + readInt32(bytes, at + 4) };
}

/** Field by field: type, then name, then value; who ends first stands first. */
function compareFields(one: RawValue, other: RawValue): number {
  const left = firstField(one);
  const right = firstField(other);
  for (;;) {
    if (left.at === left.end || right.at === right.end) {
      return Number(left.at < left.end) - Number(right.at < right.end);
    }
    const typeAt = left.at;
    const otherTypeAt = right.at;
    toValue(left);
    toValue(right);
    const byType = canonicalType(left.type) - canonicalType(right.type);
    if (byType !== 0) return byType;
    const byName = compareNames(left.bytes, typeAt + 1, {
      bytes: right.bytes,
      at: otherTypeAt + 1,
    });
    if (byName !== 0) return byName;
    const byValue = compareSameType(left, right);
    if (byValue !== 0) return byValue;
    left.at = valueEnd(left.bytes, left.type, left.at);
    right.at = valueEnd(right.bytes, right.type, right.at);
  }
}

interface FieldCursor extends RawValue {
  /** Offset of the NUL that ends the document. */
  readonly end: number;
}

/** Stands at the type byte of the first field. */
function firstField({ bytes, at }: RawValue): FieldCursor {
  return { type: 0, bytes, at: at + 4, end: at + readInt32(bytes, at) - 1 };
}

/** From the type byte of a field to its value. */
function toValue(cursor: FieldCursor): void {
  cursor.type = cursor.bytes[cursor.at] as number;
  cursor.at = cursor.bytes.indexOf(0, cursor.at + 1) + 1;
}

function compareNames(
  bytes: Uint8Array,
  at: number,
  other: { readonly bytes: Uint8Array; readonly at: number },
): number {
  for (let i = 0; ; i += 1) {
    const byte = bytes[at + i] as number;
    const difference = byte - (other.bytes[other.at + i] as number);
    if (difference !== 0 || byte === 0) return difference;
  }
}
