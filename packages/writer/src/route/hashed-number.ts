import { element } from '../encode/raw-value-port.ts';
import { partsOfNumber } from './number-parts.ts';
import { readDouble, readInt64, type RawValue } from './raw-value.ts';

const LEAST = -(2n ** 63n);
const MOST = 2n ** 63n - 1n;
/** More digits than an int64 can have. */
const TOO_MANY_DIGITS = 20;

/**
 * The int64 that stands for an int64, double or decimal in a hash, so that equal whole numbers of all
 * types hash equally. As the server does it (bsonelement.h, `safeNumberLongForHash`): doubles lose
 * their fraction, decimals are rounded half to even, NaN is 0, what is too large becomes the largest,
 * except that the double 2^63 became the smallest once and has to stay so.
 */
export function wholeNumberOf(value: RawValue): bigint {
  const { type, bytes, at } = value;
  if (type === element.INT64) return readInt64(bytes, at);
  return type === element.DOUBLE ? ofDouble(readDouble(bytes, at)) : ofDecimal(value);
}

function ofDouble(value: number): bigint {
  if (Number.isNaN(value)) return 0n;
  if (value === 2 ** 63 || value < -(2 ** 63)) return LEAST;
  return value > 2 ** 63 ? MOST : BigInt(Math.trunc(value));
}

function ofDecimal(value: RawValue): bigint {
  const parts = partsOfNumber(value);
  if (typeof parts === 'number') return Number.isNaN(parts) ? 0n : parts < 0 ? LEAST : MOST;
  const { isNegative, digits, power } = parts;
  const wholeDigits = digits.length + power;
  if (wholeDigits > TOO_MANY_DIGITS) return isNegative ? LEAST : MOST;
  const magnitude =
    power >= 0 ? BigInt(digits) * 10n ** BigInt(power) : rounded(digits, wholeDigits);
  const whole = isNegative ? -magnitude : magnitude;
  return whole < LEAST ? LEAST : whole > MOST ? MOST : whole;
}

/** Half to even, of digits with a fraction whose last digit is not 0. */
function rounded(digits: string, wholeDigits: number): bigint {
  if (wholeDigits < 0) return 0n;
  const whole = BigInt(digits.slice(0, wholeDigits));
  const fraction = digits.slice(wholeDigits);
  const goesUp = fraction === '5' ? whole % 2n === 1n : fraction >= '5';
  return goesUp ? whole + 1n : whole;
}
