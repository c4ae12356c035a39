import { Decimal128 } from 'bson';
import type { TextRange } from './json-scan.ts';
import { asciiText } from './number-text.ts';

/** Added to a power of ten in the layout of decimal128 (IEEE 754-2008, binary integer decimal). */
const EXPONENT_BIAS = 6176;
/** Digits that a double counts exactly, so that the usual amount needs no big arithmetic. */
const FAST_DIGITS = 15;
const PLAIN_NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * Writes a decimal text as the 16 bytes of a Decimal128 at `to`, with all its digits and trailing
 * zeros. False if it is no finite number or has more than the 34 digits that fit: never rounded.
 */
export function putDecimal(out: Buffer, to: number, text: TextRange): boolean {
  const { bytes, start, end } = text;
  const sign = bytes[start];
  let at = sign === 0x2d || sign === 0x2b ? start + 1 : start;
  let coefficient = 0;
  let significant = 0;
  let read = 0;
  let point = -1;
  for (; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte >= 0x30 && byte <= 0x39) {
      coefficient = coefficient * 10 + byte - 0x30;
      if (coefficient !== 0) significant++;
      read++;
    } else if (byte === 0x2e && point < 0) {
      point = at;
    } else {
      return putSlowDecimal(out, to, asciiText(bytes, start, end));
    }
  }
  if (read === 0) return false;
  const scale = point < 0 ? 0 : end - point - 1;
  if (significant > FAST_DIGITS || scale > 1000) {
    return putSlowDecimal(out, to, asciiText(bytes, start, end));
  }
  out.writeInt32LE(coefficient | 0, to);
  out.writeInt32LE(Math.floor(coefficient / 0x100000000), to + 4);
  out.writeInt32LE(0, to + 8);
  const signBit = sign === 0x2d ? 1 << 31 : 0;
  out.writeInt32LE(signBit | ((EXPONENT_BIAS - scale) << 17), to + 12);
  return true;
}

function putSlowDecimal(out: Buffer, to: number, text: string): boolean {
  if (!PLAIN_NUMBER.test(text)) return false;
  return putAnyDecimal(out, to, text);
}

/** As `putDecimal`, but also takes `NaN`, `Infinity` and `-Infinity`, as $numberDecimal does. */
export function putAnyDecimal(out: Buffer, to: number, text: string): boolean {
  try {
    out.set(Decimal128.fromString(text).bytes, to);
    return true;
  } catch {
    // The library throws for text that is no decimal or would be rounded; both mean "does not fit".
    return false;
  }
}
