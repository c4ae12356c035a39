import type { HeadraceError } from '@headrace/base';
import { writerErrors } from '../errors.ts';
import { ARRAY, BOOLEAN, DOCUMENT, NULL, STRING } from './element-type.ts';
import { isExtendedName, writeExtended } from './extended-json.ts';
import { MAX_DEPTH } from './field-path.ts';
import type { FieldTypes } from './field-types.ts';
import type { JsonScan } from './json-scan.ts';
import { readString } from './json-string.ts';
import { checkIdType, checkName, REPEATED_NAME } from './name-rules.ts';
import { writeNumber } from './number-text.ts';
import { badTypedValue, isOfType, writeTypedText } from './typed-value.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const DOLLAR = 0x24;

/** Writes the object whose `{` the scan stands on as a BSON document. */
export function writeDocument(scan: JsonScan, types: FieldTypes | undefined): void {
  const start = open(scan);
  const { depth, nameAt } = scan.path;
  scan.names.open(depth);
  let next = scan.peek();
  while (next !== CLOSE_OBJECT) {
    if (next !== QUOTE) throw scan.badJson('a field name in quotes is expected');
    scan.reserve();
    const textAt = scan.at;
    const typeAt = scan.size;
    scan.size = typeAt + 1;
    const end = readString(scan);
    nameAt[depth] = typeAt + 1;
    if (scan.at - textAt - 2 !== end - typeAt - 1) refuseNul(scan, typeAt + 1, end);
    noteName(scan, typeAt + 1, end);
    scan.size = end + 1;
    const below = types === undefined ? undefined : types.fields.find(scan.out, typeAt + 1, end);
    scan.pass(COLON);
    writeValue(scan, below);
    if (depth === 1 && end - typeAt === 4) noteId(scan, typeAt);
    next = scan.peek();
    if (next === COMMA) {
      scan.at++;
      next = scan.peek();
      if (next === CLOSE_OBJECT) throw scan.badJson('a comma stands before the closing bracket');
    } else if (next !== CLOSE_OBJECT) {
      throw scan.badJson('"," or "}" is expected after a value');
    }
  }
  close(scan, start);
}

function writeArray(scan: JsonScan, types: FieldTypes | undefined): void {
  const start = open(scan);
  const { depth, nameAt } = scan.path;
  let next = scan.peek();
  for (let index = 0; next !== CLOSE_ARRAY; index++) {
    scan.reserve();
    nameAt[depth] = scan.size + 1;
    scan.size = putIndex(scan.out, scan.size + 1, index);
    writeValue(scan, types);
    next = scan.peek();
    if (next === COMMA) {
      scan.at++;
      next = scan.peek();
      if (next === CLOSE_ARRAY) throw scan.badJson('a comma stands before the closing bracket');
    } else if (next !== CLOSE_ARRAY) {
      throw scan.badJson('"," or "]" is expected after a value');
    }
  }
  close(scan, start);
}

/** Enters the object or array the scan stands on; gives where its length will be written. */
export function open(scan: JsonScan): number {
  const { path, size } = scan;
  if (path.depth === MAX_DEPTH) {
    throw writerErrors.create('too-deep', { offset: scan.at, maxDepth: MAX_DEPTH });
  }
  path.depth++;
  scan.at++;
  scan.size = size + 4;
  return size;
}

/** Ends what `open` began. */
export function close(scan: JsonScan, start: number): void {
  scan.path.depth--;
  scan.at++;
  scan.out[scan.size++] = 0;
  scan.writeInt32(start, scan.size - start);
}

/** The name of an array's element is its index in decimal digits. */
function putIndex(out: Uint8Array, to: number, index: number): number {
  let width = 1;
  for (let rest = index; rest >= 10; rest = (rest / 10) | 0) width++;
  for (let at = to + width - 1, rest = index; at >= to; at--) {
    out[at] = 0x30 + (rest % 10);
    rest = (rest / 10) | 0;
  }
  out[to + width] = 0;
  return to + width + 1;
}

function noteName(scan: JsonScan, start: number, end: number): void {
  const { out, path, names } = scan;
  checkName(path, out, end);
  if (names.repeats(path, out, end)) {
    throw badName(scan, REPEATED_NAME);
  }
  if (out[start] === DOLLAR && isExtendedName(out, start, end)) {
    throw scan.badExtended('it stands among other fields');
  }
}

/** Only a name with an escape can hold a NUL, which would end it in BSON. */
export function refuseNul(scan: JsonScan, start: number, end: number): void {
  if (scan.out.indexOf(0, start) < end) throw badName(scan, 'it holds a NUL character');
}

function badName(scan: JsonScan, reason: string): HeadraceError {
  return writerErrors.create('bad-field-name', { path: scan.pointer(), reason });
}

function noteId(scan: JsonScan, typeAt: number): void {
  const { out } = scan;
  if (out[typeAt + 1] !== 0x5f || out[typeAt + 2] !== 0x69 || out[typeAt + 3] !== 0x64) return;
  checkIdType(out[typeAt] as number);
  scan.idStart = typeAt;
  scan.idEnd = scan.size;
}

/** Writes whatever value comes next under the name noted last, in its declared type if it has one. */
export function writeValue(scan: JsonScan, types: FieldTypes | undefined): void {
  const first = scan.peek();
  const type = types?.type;
  if (
    type !== undefined &&
    (first === QUOTE || first === 0x2d || (first >= 0x30 && first <= 0x39))
  ) {
    writeTypedText(scan, type);
    return;
  }
  const valueAt = scan.size;
  switch (first) {
    case QUOTE:
      writeString(scan);
      return;
    case OPEN_OBJECT:
      writeObject(scan, types);
      break;
    case OPEN_ARRAY:
      scan.setType(ARRAY);
      writeArray(scan, types);
      return;
    case 0x74:
      passWord(scan, 'true');
      scan.setType(BOOLEAN);
      scan.out[scan.size++] = 1;
      break;
    case 0x66:
      passWord(scan, 'false');
      scan.setType(BOOLEAN);
      scan.out[scan.size++] = 0;
      break;
    case 0x6e:
      passWord(scan, 'null');
      scan.setType(NULL);
      return;
    default:
      writeNumber(scan);
      return;
  }
  if (type !== undefined && !isOfType(scan, type, valueAt)) throw badTypedValue(scan, type);
}

function writeString(scan: JsonScan): void {
  const start = scan.size;
  scan.size = start + 4;
  const end = readString(scan);
  scan.setType(STRING);
  scan.writeInt32(start, end - start - 3);
  scan.size = end + 1;
}

function writeObject(scan: JsonScan, types: FieldTypes | undefined): void {
  const openAt = scan.at;
  scan.at++;
  const isNamed = scan.peek() === QUOTE && scan.text[scan.at + 1] === DOLLAR;
  if (isNamed && writeExtended(scan, writeScope)) return;
  scan.at = openAt;
  scan.setType(DOCUMENT);
  writeDocument(scan, types);
}

function writeScope(scan: JsonScan): void {
  if (scan.peek() !== OPEN_OBJECT) throw scan.badExtended('$scope has an object');
  writeDocument(scan, undefined);
}

function passWord(scan: JsonScan, word: 'true' | 'false' | 'null'): void {
  const { text, at } = scan;
  for (let i = 1; i < word.length; i++) {
    if (text[at + i] !== word.charCodeAt(i)) throw scan.badJson(`${word} is expected here`);
  }
  scan.at = at + word.length;
}
