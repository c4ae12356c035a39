import { Decimal128 } from 'bson';
import { DECIMAL128, DOUBLE, INT32 } from './element-type.ts';
import { readInt32 } from './bson-cursor.ts';

/** Below this a whole number is written plainly, whatever type it came in. */
const PLAIN_LIMIT = 1e15;
const MANTISSA_BITS = 52n;

/**
 * The exact value of a BSON number as text: equal values of int32, int64, double and decimal give
 * equal text, others never (0.1 as double is not 0.1 as decimal). Whole numbers under 10^15 are
 * written plainly, all others as digits without trailing zeros and a power of ten.
 */
export function canonicalNumber(type: number, value: Uint8Array): string {
  if (type === INT32) return String(readInt32(value, 0));
  if (type === DECIMAL128) return fromDecimal(value);
  const view = new DataView(value.buffer, value.byteOffset, 8);
  return type === DOUBLE ? fromDouble(view) : fromLong(view.getBigInt64(0, true));
}

function fromLong(value: bigint): string {
  return fromDigits(value < 0n, (value < 0n ? -value : value).toString(), 0);
}

function fromDouble(view: DataView): string {
  const value = view.getFloat64(0, true);
  if (Number.isInteger(value) && Math.abs(value) < PLAIN_LIMIT) return String(value);
  if (!Number.isFinite(value)) return String(value);
  const bits = view.getBigUint64(0, true);
  const exponent = Number((bits >> MANTISSA_BITS) & 0x7ffn);
  const fraction = bits & ((1n << MANTISSA_BITS) - 1n);
  const mantissa = exponent === 0 ? fraction : fraction | (1n << MANTISSA_BITS);
  // value = mantissa * 2^power; a negative power is turned into tens: 2^-n = 5^n * 10^-n.
  const power = Math.max(exponent, 1) - 1075;
  if (power >= 0) return fromDigits(value < 0, (mantissa << BigInt(power)).toString(), 0);
  return fromDigits(value < 0, (mantissa * 5n ** BigInt(-power)).toString(), power);
}

function fromDecimal(value: Uint8Array): string {
  const text = new Decimal128(value).toString();
  if (text === 'NaN' || text === 'Infinity' || text === '-Infinity') return text;
  const [coefficient = '', exponent = '0'] = text.split('E');
  const [whole = '', fraction = ''] = coefficient.replace('-', '').split('.');
  return fromDigits(text.startsWith('-'), whole + fraction, Number(exponent) - fraction.length);
}

/** digits * 10^exponent; both the zeros in front and those at the end are taken off. */
function fromDigits(isNegative: boolean, digits: string, exponent: number): string {
  const first = digits.search(/[1-9]/);
  if (first < 0) return '0';
  let end = digits.length;
  while (digits[end - 1] === '0') end--;
  const kept = digits.slice(first, end);
  const power = exponent + digits.length - end;
  const isPlain = power >= 0 && kept.length + power <= 15;
  const text = isPlain ? kept + '0'.repeat(power) : `${kept}e${power}`;
  return isNegative ? `-${text}` : text;
}
