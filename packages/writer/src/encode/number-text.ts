import type { JsonScan, TextRange } from './json-scan.ts';
import { DOUBLE, INT32, INT64 } from './element-type.ts';
import { writerErrors } from '../errors.ts';

/** Digits a double holds exactly whatever they are. */
const EXACT_DIGITS = 15;
/** Powers of ten which a double holds exactly. */
const POWERS_OF_TEN = Float64Array.from({ length: 23 }, (_, power) => Number(`1e${power}`));
const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;

/** What `scanNumber` found; one is used again. */
export interface NumberToken {
  /** Offset behind the number. */
  end: number;
  /** True without fraction and exponent. */
  isInteger: boolean;
}

/** Reads a number by the strict grammar of JSON (RFC 8259, section 6); false where none stands. */
export function scanNumber(bytes: Uint8Array, start: number, token: NumberToken): boolean {
  let at = bytes[start] === 0x2d ? start + 1 : start;
  const first = bytes[at++] ?? 0;
  if (first < 0x30 || first > 0x39) return false;
  if (first !== 0x30) at = skipDigits(bytes, at);
  else if (isDigit(bytes[at] ?? 0)) return false;
  token.isInteger = true;
  if (bytes[at] === 0x2e) {
    token.isInteger = false;
    const fraction = at + 1;
    at = skipDigits(bytes, fraction);
    if (at === fraction) return false;
  }
  if (((bytes[at] ?? 0) | 0x20) === 0x65) {
    token.isInteger = false;
    at++;
    if (bytes[at] === 0x2b || bytes[at] === 0x2d) at++;
    const exponent = at;
    at = skipDigits(bytes, exponent);
    if (at === exponent) return false;
  }
  token.end = at;
  return true;
}

function skipDigits(bytes: Uint8Array, at: number): number {
  while (at < bytes.length && isDigit(bytes[at] as number)) at++;
  return at;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

const token: NumberToken = { end: 0, isInteger: false };

/**
 * Writes the JSON number at `scan.at` from its digits: an integer text as int32 if it fits, else as
 * int64, anything with a fraction or an exponent as double. `-0` is an integer text and becomes
 * int32 0, as MongoDB's own import tools read it; `-0.0` is a double and keeps its sign.
 */
export function writeNumber(scan: JsonScan): void {
  const { text, at } = scan;
  if (!scanNumber(text, at, token)) throw scan.badJson('this is no number of JSON');
  scan.at = token.end;
  if (!token.isInteger) {
    const value = readDouble(text, at, token.end);
    if (!Number.isFinite(value)) throw outOfRange(scan, 'it is larger than any double');
    writeDouble(scan, value);
  } else if (!writeInteger(scan, { bytes: text, start: at, end: token.end })) {
    const fix = 'send it as $numberDecimal, or as a string of a field declared as decimal';
    throw outOfRange(scan, `the integer needs more than 64 bits; ${fix}`);
  }
}

function outOfRange(scan: JsonScan, reason: string): Error {
  return writerErrors.create('number-out-of-range', { path: scan.pointer(), reason });
}

function writeInteger(scan: JsonScan, text: TextRange): boolean {
  const value = readSmallInteger(text);
  if (value !== (value | 0)) return writeInt64Text(scan, text);
  writeInt32(scan, value);
  return true;
}

/** The value of an integer text of at most 15 digits; NaN for a longer one. Never -0. */
function readSmallInteger({ bytes, start, end }: TextRange): number {
  const negative = bytes[start] === 0x2d;
  const first = negative ? start + 1 : start;
  if (end - first > EXACT_DIGITS) return NaN;
  let value = 0;
  for (let at = first; at < end; at++) value = value * 10 + (bytes[at] as number) - 0x30;
  return negative ? 0 - value : value;
}

/** Writes an integer text as int32; false if it does not fit. */
export function writeInt32Text(scan: JsonScan, text: TextRange): boolean {
  const value = readSmallInteger(text);
  if (value !== (value | 0)) return false;
  writeInt32(scan, value);
  return true;
}

/** Writes an integer text as int64; false if it does not fit. */
export function writeInt64Text(scan: JsonScan, text: TextRange): boolean {
  const { bytes, start, end } = text;
  const value = readSmallInteger(text);
  if (Number.isNaN(value)) {
    // Longer than any 64-bit integer with its sign; also keeps BigInt from reading megabytes.
    if (end - start > 20) return false;
    const long = BigInt(asciiText(bytes, start, end));
    if (long < INT64_MIN || long > INT64_MAX) return false;
    scan.view.setBigInt64(scan.size, long, true);
  } else {
    putInt64(scan, value);
  }
  scan.setType(INT64);
  scan.size += 8;
  return true;
}

/** Stores a safe integer as the eight bytes of an int64 at `scan.size`. */
export function putInt64(scan: JsonScan, value: number): void {
  scan.writeInt32(scan.size, value | 0);
  scan.writeInt32(scan.size + 4, Math.floor(value / 0x100000000));
}

function writeInt32(scan: JsonScan, value: number): void {
  scan.setType(INT32);
  scan.writeInt32(scan.size, value);
  scan.size += 4;
}

export function writeDouble(scan: JsonScan, value: number): void {
  scan.setType(DOUBLE);
  scan.view.setFloat64(scan.size, value, true);
  scan.size += 8;
}

/**
 * The double nearest to a number text. Up to 15 digits and 22 powers of ten one division or
 * multiplication of exact doubles is correctly rounded (W. D. Clinger, 1990); beyond, the engine's
 * own conversion is.
 */
export function readDouble(bytes: Uint8Array, start: number, end: number): number {
  const negative = bytes[start] === 0x2d;
  let digits = 0;
  let scale = 0;
  let value = 0;
  let seenPoint = false;
  for (let at = negative ? start + 1 : start; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte === 0x2e) {
      seenPoint = true;
    } else if (isDigit(byte) && digits < EXACT_DIGITS) {
      value = value * 10 + byte - 0x30;
      digits++;
      if (seenPoint) scale++;
    } else {
      return Number(asciiText(bytes, start, end));
    }
  }
  value /= POWERS_OF_TEN[scale] as number;
  return negative ? -value : value;
}

/** Bytes [start, end), known to be ASCII, as a string. */
export function asciiText(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
}
