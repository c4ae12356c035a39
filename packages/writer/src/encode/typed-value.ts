import { writerErrors } from '../errors.ts';
import { readDate } from './date-text.ts';
import { putDecimal } from './decimal-text.ts';
import {
  BINARY,
  DATE,
  DECIMAL128,
  DOUBLE,
  INT32,
  INT64,
  OBJECT_ID,
  UUID_SUBTYPE,
} from './element-type.ts';
import type { FieldType } from './field-types.ts';
import { putHex, readUuid } from './hex-text.ts';
import type { JsonScan, TextRange } from './json-scan.ts';
import { readString } from './json-string.ts';
import {
  putInt64,
  readDouble,
  scanNumber,
  writeDouble,
  writeInt32Text,
  writeInt64Text,
  type NumberToken,
} from './number-text.ts';

const token: NumberToken = { end: 0, isInteger: false };

interface TypedText extends TextRange {
  readonly isNumber: boolean;
}
type Write = (scan: JsonScan, text: TypedText) => boolean;

interface Rule {
  readonly element: number;
  readonly takes: string;
  readonly write: Write;
}

const RULES: Readonly<Record<FieldType, Rule>> = {
  decimal: {
    element: DECIMAL128,
    takes: 'a number or its text with at most 34 digits is expected, NaN and Infinity are refused',
    write: writeDecimal,
  },
  date: {
    element: DATE,
    takes:
      'a real date such as 2026-01-31T23:59:59.999Z, with its zone and no finer than ' +
      'milliseconds, or whole milliseconds since 1970 are expected',
    write: (scan, text) =>
      text.isNumber
        ? isIntegerText(text) && asDate(writeInt64Text(scan, text), scan)
        : writeDate(scan, text),
  },
  objectId: {
    element: OBJECT_ID,
    takes: '24 hexadecimal digits in a string are expected',
    write: (scan, text) => !text.isNumber && writeObjectId(scan, text),
  },
  uuid: {
    element: BINARY,
    takes: 'a UUID such as 00112233-4455-6677-8899-aabbccddeeff in a string is expected',
    write: (scan, text) => !text.isNumber && writeUuid(scan, text),
  },
  int: {
    element: INT32,
    takes: 'a whole number of 32 bits or its text is expected',
    write: (scan, text) => isIntegerText(text) && writeInt32Text(scan, text),
  },
  long: {
    element: INT64,
    takes: 'a whole number of 64 bits or its text is expected',
    write: (scan, text) => isIntegerText(text) && writeInt64Text(scan, text),
  },
  double: {
    element: DOUBLE,
    takes: 'a finite number or its text is expected',
    write: writeDoubleText,
  },
};

/** Writes the string or number at `scan.at` as the declared type, or throws `bad-typed-value`. */
export function writeTypedText(scan: JsonScan, type: FieldType): void {
  const start = scan.at;
  const isNumber = scan.text[start] !== 0x22;
  let text: TypedText;
  if (isNumber) {
    if (!scanNumber(scan.text, start, token)) throw scan.badJson('this is no number of JSON');
    scan.at = token.end;
    text = { bytes: scan.text, start, end: token.end, isNumber };
  } else {
    text = { bytes: scan.out, start: scan.size, end: readString(scan), isNumber };
  }
  if (!RULES[type].write(scan, text)) throw badTypedValue(scan, type);
}

/** Whether the element just written, whose value begins at `valueAt`, is of the declared type. */
export function isOfType(scan: JsonScan, type: FieldType, valueAt: number): boolean {
  const element = scan.out[(scan.path.nameAt[scan.path.depth] as number) - 1];
  if (element !== RULES[type].element) return false;
  return type !== 'uuid' || (scan.out[valueAt] === 16 && scan.out[valueAt + 4] === UUID_SUBTYPE);
}

export function badTypedValue(scan: JsonScan, type: FieldType): Error {
  const details = { path: scan.pointer(), type, reason: RULES[type].takes };
  return writerErrors.create('bad-typed-value', details);
}

function isIntegerText(text: TextRange): boolean {
  return scanNumber(text.bytes, text.start, token) && token.isInteger && token.end === text.end;
}

function asDate(written: boolean, scan: JsonScan): boolean {
  if (written) scan.setType(DATE);
  return written;
}

function writeDecimal(scan: JsonScan, text: TextRange): boolean {
  if (!putDecimal(scan.out, scan.size, text)) return false;
  scan.setType(DECIMAL128);
  scan.size += 16;
  return true;
}

/** Writes an ISO-8601 text as date; false if it is none. */
export function writeDate(scan: JsonScan, text: TextRange): boolean {
  const { bytes, start, end } = text;
  const ms = readDate(bytes, start, end);
  if (Number.isNaN(ms)) return false;
  putInt64(scan, ms);
  scan.setType(DATE);
  scan.size += 8;
  return true;
}

/** Writes 24 hexadecimal digits as ObjectId; false if they are not. */
export function writeObjectId(scan: JsonScan, text: TextRange): boolean {
  const { bytes, start, end } = text;
  if (end - start !== 24 || !putHex(scan.out, scan.size, { bytes, start, count: 12 })) return false;
  scan.setType(OBJECT_ID);
  scan.size += 12;
  return true;
}

/** Writes a UUID text as Binary of subtype 4; false if it is none. */
export function writeUuid(scan: JsonScan, text: TextRange): boolean {
  const { bytes, start, end } = text;
  const uuid = readUuid(bytes, start, end);
  if (uuid === undefined) return false;
  scan.writeInt32(scan.size, 16);
  scan.out[scan.size + 4] = UUID_SUBTYPE;
  scan.out.set(uuid, scan.size + 5);
  scan.setType(BINARY);
  scan.size += 21;
  return true;
}

/** Writes a number text by the grammar of JSON as double; false if it is none or not finite. */
export function writeDoubleText(scan: JsonScan, text: TextRange): boolean {
  const { bytes, start, end } = text;
  if (!scanNumber(bytes, start, token) || token.end !== end) return false;
  const value = readDouble(bytes, start, end);
  if (!Number.isFinite(value)) return false;
  writeDouble(scan, value);
  return true;
}
