import { writerErrors } from '../errors.ts';
import type { JsonScan } from './json-scan.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** What the letter after a backslash stands for; 0 is no escape. */
const ESCAPED = new Uint8Array(256);
for (const [letter, meaning] of ['""', '\\\\', '//', 'b\b', 'f\f', 'n\n', 'r\r', 't\t']) {
  ESCAPED[(letter as string).charCodeAt(0)] = (meaning as string).charCodeAt(0);
}

/**
 * Decodes the string whose quote `scan.at` stands on into `scan.out` at `scan.size`, moves `at`
 * behind the closing quote and returns the offset behind the last byte, where it puts a NUL.
 * `scan.size` stays, so that a value read from text can be written over it.
 */
export function readString(scan: JsonScan): number {
  const { text, out, end } = scan;
  let at = scan.at + 1;
  let to = scan.size;
  while (at < end) {
    const byte = text[at] as number;
    if (byte === QUOTE) {
      scan.at = at + 1;
      out[to] = 0;
      return to;
    }
    if (byte === BACKSLASH) {
      scan.at = at;
      to = readEscape(scan, to);
      at = scan.at;
    } else if (byte < 0x20) {
      scan.at = at;
      throw scan.badJson('a control character stands unescaped in a string');
    } else {
      out[to++] = byte;
      at++;
    }
  }
  scan.at = end;
  throw scan.badJson('');
}

function readEscape(scan: JsonScan, to: number): number {
  const letter = scan.text[scan.at + 1] ?? 0;
  const plain = ESCAPED[letter] as number;
  if (plain !== 0) {
    scan.out[to] = plain;
    scan.at += 2;
    return to + 1;
  }
  if (letter !== 0x75) throw scan.badJson('this is no escape of JSON');
  const escapeAt = scan.at;
  const unit = readHex4(scan, escapeAt + 2);
  scan.at = escapeAt + 6;
  if (unit < 0xd800 || unit > 0xdfff) return writeUtf8(scan.out, to, unit);
  const paired =
    unit < 0xdc00 && scan.text[scan.at] === BACKSLASH && scan.text[scan.at + 1] === 0x75;
  const second = paired ? readHex4(scan, scan.at + 2) : 0;
  if (second < 0xdc00 || second > 0xdfff) {
    const reason = `a surrogate without its other half is escaped at byte ${escapeAt}`;
    throw writerErrors.create('bad-encoding', { offset: escapeAt, reason });
  }
  scan.at += 6;
  return writeUtf8(scan.out, to, 0x10000 + ((unit - 0xd800) << 10) + (second - 0xdc00));
}

function readHex4(scan: JsonScan, at: number): number {
  let unit = 0;
  for (let i = at; i < at + 4; i++) {
    const digit = hexDigit(scan.text[i] ?? 0);
    if (digit < 0) throw scan.badJson('four hexadecimal digits are expected after \\u');
    unit = unit * 16 + digit;
  }
  return unit;
}

/** The worth of a hexadecimal digit, or -1. */
export function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

function writeUtf8(out: Uint8Array, to: number, point: number): number {
  if (point < 0x80) {
    out[to++] = point;
  } else if (point < 0x800) {
    out[to++] = 0xc0 | (point >> 6);
    out[to++] = 0x80 | (point & 0x3f);
  } else if (point < 0x10000) {
    out[to++] = 0xe0 | (point >> 12);
    out[to++] = 0x80 | ((point >> 6) & 0x3f);
    out[to++] = 0x80 | (point & 0x3f);
  } else {
    out[to++] = 0xf0 | (point >> 18);
    out[to++] = 0x80 | ((point >> 12) & 0x3f);
    out[to++] = 0x80 | ((point >> 6) & 0x3f);
    out[to++] = 0x80 | (point & 0x3f);
  }
  return to;
}
