import type { Arena } from './arena.ts';

/** Up to here a loop beats the call into the engine, by measure (`bench:encode`). */
const LOOPED_CHARACTERS = 24;
const MOST_BYTES_A_CHARACTER = 3;
/** Length before the text, NUL behind it. */
const AROUND_BYTES = 5;

/**
 * Writes a BSON string: length, UTF-8, NUL. A lone surrogate becomes U+FFFD, as in js-bson.
 * @returns its end; `at` unchanged if there was no room, which `lacking` then tells
 */
export function putString(arena: Arena, at: number, text: string): number {
  const { length } = text;
  if (length > LOOPED_CHARACTERS) return putLongString(arena, at, text);
  const start = at + 4;
  if (start + length * MOST_BYTES_A_CHARACTER > arena.limit) return lack(arena, at, text);
  const { bytes, view } = arena;
  const end = isAsciiPut(arena, start, text) ? start + length : putWide(bytes, start, text);
  bytes[end] = 0;
  view.setInt32(at, end - at - 3, true);
  return end + 1;
}

/** Writes a short text four characters at a time; false, and nothing of use, if it is not ASCII. */
function isAsciiPut({ bytes, view }: Arena, start: number, text: string): boolean {
  const { length } = text;
  let i = 0;
  for (; i + 3 < length; i += 4) {
    const first = text.charCodeAt(i);
    const second = text.charCodeAt(i + 1);
    const third = text.charCodeAt(i + 2);
    const fourth = text.charCodeAt(i + 3);
    if ((first | second | third | fourth) >= 0x80) return false;
    view.setInt32(start + i, first | (second << 8) | (third << 16) | (fourth << 24), true);
  }
  for (; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 0x80) return false;
    bytes[start + i] = code;
  }
  return true;
}

function putLongString(arena: Arena, at: number, text: string): number {
  const mostBytes = text.length * MOST_BYTES_A_CHARACTER + AROUND_BYTES;
  if (at + mostBytes > arena.limit && at + exactBytes(text) > arena.limit) {
    return lack(arena, at, text);
  }
  const { bytes } = arena;
  const end = at + 4 + bytes.write(text, at + 4, 'utf8');
  bytes[end] = 0;
  arena.view.setInt32(at, end - at - 3, true);
  return end + 1;
}

function lack(arena: Arena, at: number, text: string): number {
  arena.lacking += exactBytes(text);
  return at;
}

function exactBytes(text: string): number {
  return Buffer.byteLength(text) + AROUND_BYTES;
}

/** Writes a short text of any characters. */
function putWide(bytes: Buffer, at: number, text: string): number {
  let p = at;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x80) {
      bytes[p++] = code;
    } else if (code < 0x800) {
      bytes[p++] = 0xc0 | (code >> 6);
      bytes[p++] = 0x80 | (code & 0x3f);
    } else if ((code & 0xf800) !== 0xd800) {
      p = putThree(bytes, p, code);
    } else {
      const next = text.charCodeAt(i + 1);
      if (code < 0xdc00 && (next & 0xfc00) === 0xdc00) {
        i++;
        p = putFour(bytes, p, 0x10000 + ((code & 0x3ff) << 10) + (next & 0x3ff));
      } else {
        p = putThree(bytes, p, 0xfffd);
      }
    }
  }
  return p;
}

function putThree(bytes: Buffer, at: number, code: number): number {
  bytes[at] = 0xe0 | (code >> 12);
  bytes[at + 1] = 0x80 | ((code >> 6) & 0x3f);
  bytes[at + 2] = 0x80 | (code & 0x3f);
  return at + 3;
}

function putFour(bytes: Buffer, at: number, code: number): number {
  bytes[at] = 0xf0 | (code >> 18);
  bytes[at + 1] = 0x80 | ((code >> 12) & 0x3f);
  bytes[at + 2] = 0x80 | ((code >> 6) & 0x3f);
  bytes[at + 3] = 0x80 | (code & 0x3f);
  return at + 4;
}
