import { element, readInt32 } from '../encode/raw-value-port.ts';
import { partsOfNumber, type NumberParts } from './number-parts.ts';
import { readDouble, readInt64, type RawValue } from './raw-value.ts';

/**
 * The order of two BSON numbers by their exact values, whatever their types; NaN is equal to NaN and
 * below everything else, as MongoDB sorts it.
 */
export function compareNumbers(one: RawValue, other: RawValue): number {
  if (one.type === element.DECIMAL128 || other.type === element.DECIMAL128) {
    return compareExactly(partsOfNumber(one), partsOfNumber(other));
  }
  if (one.type === element.INT64 && other.type === element.INT64) return compareInt64(one, other);
  return compareBinary(binaryValue(one), binaryValue(other));
}

/** Without making a bigint: this is what a search among hashed chunks does. */
function compareInt64(one: RawValue, other: RawValue): number {
  return (
    readInt32(one.bytes, one.at + 4) - readInt32(other.bytes, other.at + 4) ||
    (readInt32(one.bytes, one.at) >>> 0) - (readInt32(other.bytes, other.at) >>> 0)
  );
}

function binaryValue({ type, bytes, at }: RawValue): number | bigint {
  if (type === element.INT32) return readInt32(bytes, at);
  return type === element.INT64 ? readInt64(bytes, at) : readDouble(bytes, at);
}

/** JavaScript compares a bigint and a number by their exact values. */
function compareBinary(one: number | bigint, other: number | bigint): number {
  if (one < other) return -1;
  if (one > other) return 1;
  return Number(Number.isNaN(other)) - Number(Number.isNaN(one));
}

function compareExactly(one: NumberParts | number, other: NumberParts | number): number {
  if (typeof one === 'number' || typeof other === 'number') {
    // Next to NaN or an infinity every finite number is like 0.
    return compareBinary(typeof one === 'number' ? one : 0, typeof other === 'number' ? other : 0);
  }
  const bySign = signOf(one) - signOf(other);
  if (bySign !== 0) return bySign;
  return one.isNegative ? compareMagnitudes(other, one) : compareMagnitudes(one, other);
}

function signOf({ isNegative, digits }: NumberParts): number {
  return digits === '' ? 0 : isNegative ? -1 : 1;
}

function compareMagnitudes(one: NumberParts, other: NumberParts): number {
  const byLength = one.digits.length + one.power - (other.digits.length + other.power);
  // As many digits before the point: then they compare as text, since none has zeros in front.
  return byLength || Number(one.digits > other.digits) - Number(one.digits < other.digits);
}
