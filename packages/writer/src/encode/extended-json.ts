import { putAnyDecimal, putDecimal } from './decimal-text.ts';
import { CODE, CODE_WITH_SCOPE, DATE, DECIMAL128 } from './element-type.ts';
import {
  writeBinary,
  writeDbPointer,
  writeMaxKey,
  writeMinKey,
  writeRegularExpression,
  writeSymbol,
  writeTimestamp,
  writeUndefined,
} from './extended-seldom.ts';
import type { JsonScan, TextRange } from './json-scan.ts';
import { readString } from './json-string.ts';
import { NameTable } from './name-table.ts';
import {
  asciiText,
  scanNumber,
  writeDouble,
  writeInt32Text,
  writeInt64Text,
  type NumberToken,
} from './number-text.ts';
import { writeDate, writeDoubleText, writeObjectId, writeUuid } from './typed-value.ts';

type WriteScope = (scan: JsonScan) => void;
type WriteForm = (scan: JsonScan, writeScope: WriteScope) => void;

const token: NumberToken = { end: 0, isInteger: false };

/** The forms of Extended JSON v2 by their name; DBRefs are plain subdocuments and not among them. */
const FORMS = new NameTable<WriteForm>([
  ['$oid', fromText('24 hexadecimal digits', writeObjectId)],
  ['$uuid', fromText('a UUID', writeUuid)],
  ['$numberInt', fromText('a whole number of 32 bits', fromInteger(writeInt32Text))],
  ['$numberLong', fromText('a whole number of 64 bits', fromInteger(writeInt64Text))],
  ['$numberDouble', fromText('a number, NaN, Infinity or -Infinity', writeAnyDouble)],
  ['$numberDecimal', fromText('a decimal of at most 34 digits', writeAnyDecimal)],
  ['$date', writeAnyDate],
  [
    '$code',
    (scan, writeScope) => {
      writeCode(scan, writeScope);
    },
  ],
  [
    '$scope',
    (scan, writeScope) => {
      writeScopeFirst(scan, writeScope);
    },
  ],
  ['$binary', writeBinary],
  ['$timestamp', writeTimestamp],
  ['$regularExpression', writeRegularExpression],
  ['$minKey', writeMinKey],
  ['$maxKey', writeMaxKey],
  ['$symbol', writeSymbol],
  ['$undefined', writeUndefined],
  ['$dbPointer', writeDbPointer],
]);

/** Whether the name in bytes [start, end) belongs to Extended JSON. */
export function isExtendedName(bytes: Uint8Array, start: number, end: number): boolean {
  return FORMS.find(bytes, start, end) !== undefined;
}

/**
 * Writes an object whose first name (at `scan.at`) begins with `$` as the BSON value it stands for.
 * False, with nothing consumed, if the name is no form of Extended JSON.
 * @param writeScope writes the document whose `{` the scan stands on
 */
export function writeExtended(scan: JsonScan, writeScope: WriteScope): boolean {
  const nameAt = scan.at;
  const write = FORMS.find(scan.out, scan.size, readString(scan));
  if (write === undefined) {
    scan.at = nameAt;
    return false;
  }
  scan.pass(0x3a);
  write(scan, writeScope);
  const next = scan.peek();
  if (next === 0x2c) throw scan.badExtended('it has further members');
  scan.pass(0x7d);
  return true;
}

function fromText(what: string, write: (scan: JsonScan, text: TextRange) => boolean): WriteForm {
  return (scan) => {
    if (scan.peek() !== 0x22) throw scan.badExtended(`its value is ${what} in a string`);
    const text = { bytes: scan.out, start: scan.size, end: readString(scan) };
    if (!write(scan, text)) throw scan.badExtended(`its value is not ${what}`);
  };
}

function fromInteger(
  write: (scan: JsonScan, text: TextRange) => boolean,
): (scan: JsonScan, text: TextRange) => boolean {
  return (scan, text) => isInteger(text) && write(scan, text);
}

function isInteger(text: TextRange): boolean {
  return scanNumber(text.bytes, text.start, token) && token.isInteger && token.end === text.end;
}

function writeAnyDouble(scan: JsonScan, text: TextRange): boolean {
  if (writeDoubleText(scan, text)) return true;
  const word = asciiText(text.bytes, text.start, text.end);
  if (word !== 'NaN' && word !== 'Infinity' && word !== '-Infinity') return false;
  writeDouble(scan, Number(word));
  return true;
}

function writeAnyDecimal(scan: JsonScan, text: TextRange): boolean {
  const { bytes, start, end } = text;
  const isWritten =
    putDecimal(scan.out, scan.size, text) ||
    (end - start <= 9 &&
      /^[+-]?(?:nan|inf(?:inity)?)$/i.test(asciiText(bytes, start, end)) &&
      putAnyDecimal(scan.out, scan.size, asciiText(bytes, start, end)));
  if (!isWritten) return false;
  scan.setType(DECIMAL128);
  scan.size += 16;
  return true;
}

/** $date: ISO-8601 text, milliseconds as {"$numberLong": "…"}, or milliseconds as a number. */
function writeAnyDate(scan: JsonScan, writeScope: WriteScope): void {
  const expected = 'its value is a real date in ISO-8601 with a zone, or whole milliseconds';
  const first = scan.peek();
  if (first === 0x22) {
    const text = { bytes: scan.out, start: scan.size, end: readString(scan) };
    if (!writeDate(scan, text)) throw scan.badExtended(expected);
  } else if (first === 0x7b) {
    writeLongDate(scan, writeScope);
  } else {
    if (!scanNumber(scan.text, scan.at, token)) throw scan.badExtended(expected);
    const text = { bytes: scan.text, start: scan.at, end: token.end };
    if (!token.isInteger || !writeInt64Text(scan, text)) throw scan.badExtended(expected);
    scan.at = token.end;
  }
  scan.setType(DATE);
}

function writeLongDate(scan: JsonScan, writeScope: WriteScope): void {
  scan.at++;
  const name = scan.peek() === 0x22 ? readString(scan) : scan.size;
  if (asciiText(scan.out, scan.size, name) !== '$numberLong') {
    throw scan.badExtended('an object in $date is {"$numberLong": "milliseconds"}');
  }
  scan.pass(0x3a);
  FORMS.find(scan.out, scan.size, name)?.(scan, writeScope);
  scan.pass(0x7d);
}

/** $code, alone or with $scope behind it. */
function writeCode(scan: JsonScan, writeScope: WriteScope): void {
  const start = scan.size;
  scan.size = start + 4;
  writeCodeText(scan);
  if (scan.peek() !== 0x2c) {
    scan.out.copyWithin(start, start + 4, scan.size);
    scan.size -= 4;
    scan.setType(CODE);
    return;
  }
  scan.at++;
  passName(scan, '$scope');
  writeScope(scan);
  scan.writeInt32(start, scan.size - start);
  scan.setType(CODE_WITH_SCOPE);
}

/** $scope before $code: the order of members is free, so the two parts change places. */
function writeScopeFirst(scan: JsonScan, writeScope: WriteScope): void {
  const start = scan.size;
  scan.size = start + 4;
  writeScope(scan);
  const scope = Buffer.from(scan.out.subarray(start + 4, scan.size));
  scan.pass(0x2c);
  passName(scan, '$code');
  scan.size = start + 4;
  writeCodeText(scan);
  scope.copy(scan.out, scan.size);
  scan.size += scope.length;
  scan.writeInt32(start, scan.size - start);
  scan.setType(CODE_WITH_SCOPE);
}

function writeCodeText(scan: JsonScan): void {
  if (scan.peek() !== 0x22) throw scan.badExtended('$code has a string');
  const start = scan.size;
  scan.size = start + 4;
  const end = readString(scan);
  scan.writeInt32(start, end - start - 3);
  scan.size = end + 1;
}

function passName(scan: JsonScan, name: string): void {
  const end = scan.peek() === 0x22 ? readString(scan) : scan.size;
  if (asciiText(scan.out, scan.size, end) !== name) {
    throw scan.badExtended('beside $code only $scope may stand, and $scope needs $code');
  }
  scan.pass(0x3a);
}
