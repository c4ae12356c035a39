import {
  BINARY,
  DB_POINTER,
  MAX_KEY,
  MIN_KEY,
  OLD_BINARY_SUBTYPE,
  REGEX,
  SYMBOL,
  TIMESTAMP,
  UNDEFINED,
} from './element-type.ts';
import { readLiteral, type Literal, type NumberLiteral } from './extended-literal.ts';
import type { JsonScan } from './json-scan.ts';

// The forms of Extended JSON that orders do not carry: read as small literals, then written.

const UINT32_MAX = 0xffffffff;

export function writeBinary(scan: JsonScan): void {
  const [base64, subType] = textMembers(scan, ['base64', 'subType'], '$binary');
  if (!/^[0-9a-fA-F]{1,2}$/.test(subType)) {
    throw scan.badExtended('subType is one or two hexadecimal digits');
  }
  const content = Buffer.from(base64, 'base64');
  if (content.toString('base64') !== base64) throw scan.badExtended('base64 is not valid base64');
  const subtype = parseInt(subType, 16);
  const isOld = subtype === OLD_BINARY_SUBTYPE;
  let to = scan.size;
  scan.writeInt32(to, content.length + (isOld ? 4 : 0));
  scan.out[to + 4] = subtype;
  to += 5;
  if (isOld) {
    scan.writeInt32(to, content.length);
    to += 4;
  }
  content.copy(scan.out, to);
  scan.setType(BINARY);
  scan.size = to + content.length;
}

export function writeTimestamp(scan: JsonScan): void {
  const [t, i] = members(scan, ['t', 'i'], '$timestamp').map((part) => readUint32(scan, part));
  scan.view.setUint32(scan.size, i as number, true);
  scan.view.setUint32(scan.size + 4, t as number, true);
  scan.setType(TIMESTAMP);
  scan.size += 8;
}

function readUint32(scan: JsonScan, part: Literal): number {
  const value = isNumber(part) && part.isInteger ? Number(part.digits) : -1;
  if (value < 0 || value > UINT32_MAX) {
    throw scan.badExtended('t and i of $timestamp are whole numbers of 32 bits without sign');
  }
  return value;
}

/** The options are stored in alphabetical order, as BSON wants them. */
export function writeRegularExpression(scan: JsonScan): void {
  const [pattern, options] = textMembers(scan, ['pattern', 'options'], '$regularExpression');
  if (pattern.includes('\0')) throw scan.badExtended('the pattern holds a NUL character');
  if (!/^[ilmsux]*$/.test(options)) throw scan.badExtended('options are letters of "ilmsux"');
  const written = scan.out.write(`${pattern}\0${options.split('').sort().join('')}\0`, scan.size);
  scan.setType(REGEX);
  scan.size += written;
}

export function writeMinKey(scan: JsonScan): void {
  writeOne(scan, '$minKey', MIN_KEY);
}

export function writeMaxKey(scan: JsonScan): void {
  writeOne(scan, '$maxKey', MAX_KEY);
}

function writeOne(scan: JsonScan, name: string, type: number): void {
  const value = readLiteral(scan);
  if (!isNumber(value) || value.digits !== '1') throw scan.badExtended(`${name} has the value 1`);
  scan.setType(type);
}

export function writeUndefined(scan: JsonScan): void {
  if (readLiteral(scan) !== true) throw scan.badExtended('$undefined has the value true');
  scan.setType(UNDEFINED);
}

export function writeSymbol(scan: JsonScan): void {
  const value = readLiteral(scan);
  if (typeof value !== 'string') throw scan.badExtended('$symbol has a string');
  writeText(scan, value);
  scan.setType(SYMBOL);
}

export function writeDbPointer(scan: JsonScan): void {
  const [ref, id] = members(scan, ['$ref', '$id'], '$dbPointer');
  const hex =
    id instanceof Map && id.size === 1 ? (id.get('$oid') as Literal | undefined) : undefined;
  if (typeof ref !== 'string' || typeof hex !== 'string' || !/^[0-9a-fA-F]{24}$/.test(hex)) {
    throw scan.badExtended('$dbPointer has a $ref (string) and an $id (with $oid)');
  }
  writeText(scan, ref);
  scan.size += scan.out.write(hex, scan.size, 'hex');
  scan.setType(DB_POINTER);
}

function writeText(scan: JsonScan, text: string): void {
  const written = scan.out.write(`${text}\0`, scan.size + 4);
  scan.writeInt32(scan.size, written);
  scan.size += 4 + written;
}

function isNumber(value: Literal): value is NumberLiteral {
  return typeof value === 'object' && 'digits' in value;
}

/** The two members of a form, in the order of `names`, or `bad-extended-json`. */
function members(
  scan: JsonScan,
  names: readonly [string, string],
  form: string,
): [Literal, Literal] {
  const value = readLiteral(scan);
  if (value instanceof Map && value.size === 2) {
    const first = value.get(names[0]) as Literal | undefined;
    const second = value.get(names[1]) as Literal | undefined;
    if (first !== undefined && second !== undefined) return [first, second];
  }
  throw scan.badExtended(`${form} has the members ${names.join(' and ')}`);
}

function textMembers(
  scan: JsonScan,
  names: readonly [string, string],
  form: string,
): [string, string] {
  const [first, second] = members(scan, names, form);
  if (typeof first !== 'string' || typeof second !== 'string') {
    throw scan.badExtended(`${names.join(' and ')} of ${form} are strings`);
  }
  return [first, second];
}
