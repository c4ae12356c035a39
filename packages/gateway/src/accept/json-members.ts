import type { HeadraceError } from '@headrace/base';
import { writerErrors } from '@headrace/writer';

const TAB = 0x09;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const WORD_ENDS = Buffer.from(' \t\r\n",:{[}]');

/** A member of a JSON object: its name as it is meant, its value as it is written. */
export interface JsonMember {
  readonly name: string;
  /** A view into the text, without white space around it. */
  readonly value: Buffer;
}

/**
 * Cuts a JSON object into its members without reading their values, so that what reads a value
 * sees its very digits. The object itself is checked; inside a value only strings and brackets are
 * followed, and whether it is JSON its reader finds out. Throws `bad-json`.
 */
export function jsonMembers(text: Buffer): JsonMember[] {
  const members: JsonMember[] = [];
  let at = pass(text, passSpace(text, 0), OPEN_OBJECT, 'an object is expected, beginning with "{"');
  at = passSpace(text, at);
  if (text[at] === CLOSE_OBJECT) at += 1;
  else {
    for (;;) {
      const nameEnd = text[at] === QUOTE ? passString(text, at) : -1;
      if (nameEnd < 0) throw badJson(at, 'a name in quotes is expected');
      const name = readString(text, at, nameEnd);
      const colonAt = passSpace(text, nameEnd);
      const valueAt = passSpace(text, pass(text, colonAt, COLON, '":" is expected'));
      const end = passValue(text, valueAt);
      members.push({ name, value: text.subarray(valueAt, end) });
      at = passSpace(text, end);
      if (text[at] === CLOSE_OBJECT) break;
      at = passSpace(text, pass(text, at, COMMA, '"," or "}" is expected after a value'));
    }
    at += 1;
  }
  at = passSpace(text, at);
  if (at < text.length) throw badJson(at, 'something stands behind the object');
  return members;
}

/** The text of a JSON string, its quotes included. Throws `bad-json`. */
function readString(text: Buffer, start: number, end: number): string {
  const written = text.toString('utf8', start, end);
  try {
    return JSON.parse(written) as string;
  } catch {
    throw badJson(start, 'it is no string of JSON');
  }
}

function passSpace(text: Buffer, at: number): number {
  for (;;) {
    const byte = text[at];
    if (byte !== SPACE && byte !== TAB && byte !== RETURN && byte !== NEWLINE) return at;
    at += 1;
  }
}

function pass(text: Buffer, at: number, expected: number, otherwise: string): number {
  if (text[at] !== expected) throw badJson(at, otherwise);
  return at + 1;
}

/** The end of the string whose opening quote is at `at`. */
function passString(text: Buffer, at: number): number {
  for (let end = at + 1; end < text.length; end += 1) {
    const byte = text[end];
    if (byte === QUOTE) return end + 1;
    if (byte === BACKSLASH) end += 1;
  }
  throw badJson(at, 'a string does not end');
}

function passValue(text: Buffer, start: number): number {
  const first = text[start];
  if (first === QUOTE) return passString(text, start);
  if (first === OPEN_OBJECT || first === OPEN_ARRAY) return passBrackets(text, start);
  let end = start;
  while (end < text.length && !endsWord(text[end])) end += 1;
  if (end === start) throw badJson(start, 'a value is expected');
  return end;
}

function passBrackets(text: Buffer, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length;) {
    const byte = text[at];
    if (byte === QUOTE) {
      at = passString(text, at);
      continue;
    }
    at += 1;
    if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) depth += 1;
    else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
      depth -= 1;
      if (depth === 0) return at;
    }
  }
  throw badJson(start, 'a bracket is not closed');
}

function endsWord(byte: number | undefined): boolean {
  return byte === undefined || WORD_ENDS.includes(byte);
}

function badJson(offset: number, reason: string): HeadraceError {
  return writerErrors.create('bad-json', { offset, reason });
}
