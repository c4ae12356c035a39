import { writerErrors } from '../../errors.ts';
import { DOCUMENT } from '../element-type.ts';
import { isExtendedName } from '../extended-json.ts';
import type { FieldTypes } from '../field-types.ts';
import { close, open, refuseNul, writeValue } from '../json-document.ts';
import type { JsonScan } from '../json-scan.ts';
import { readString } from '../json-string.ts';
import { REPEATED_NAME } from '../name-rules.ts';
import { typesAt } from './dotted-path.ts';

type Types = FieldTypes | undefined;

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const DOLLAR = 0x24;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** Operators whose operands are no values of the field, but numbers, orders or booleans. */
const UNTYPED = new Set(['$slice', '$position', '$sort', '$exists']);

/**
 * Writes an update, `{$set: {path: value}, ...}`: every value in the type declared for its path,
 * those inside `$each` and the conditions of `$pull` too. What may stand where, `checkUpdate` says.
 */
export function writeUpdate(scan: JsonScan, types: Types): void {
  writeFields(scan, (operator) => {
    if (scan.peek() !== OPEN_OBJECT) {
      writeValue(scan, undefined);
      return;
    }
    const name = operator.toString('latin1');
    writeSubdocument(scan, (path) => {
      writeOperand(scan, name, typesAt(types, path));
    });
  });
}

/** Writes a condition, `{path: value, path: {$gt: value}}`, in the declared types. */
export function writeCondition(scan: JsonScan, types: Types): void {
  writeFields(scan, matchWriter(scan, types));
}

function writeOperand(scan: JsonScan, operator: string, types: Types): void {
  switch (operator) {
    case '$unset':
      writeValue(scan, undefined);
      break;
    case '$push':
    case '$addToSet':
      writeValueOrOperators(scan, types);
      break;
    case '$pull':
      if (beginsAs(scan) === 'fields') writeSubdocument(scan, matchWriter(scan, types));
      else writeValueOrOperators(scan, types);
      break;
    default:
      writeValue(scan, types);
  }
}

function matchWriter(scan: JsonScan, types: Types): (path: Buffer) => void {
  return (path) => {
    writeValueOrOperators(scan, typesAt(types, path));
  };
}

function writeValueOrOperators(scan: JsonScan, types: Types): void {
  if (beginsAs(scan) !== 'operators') {
    writeValue(scan, types);
    return;
  }
  writeSubdocument(scan, (operator) => {
    writeValue(scan, UNTYPED.has(operator.toString('latin1')) ? undefined : types);
  });
}

/** What comes next: an object of operators, an object of fields, or a value of any other kind. */
function beginsAs(scan: JsonScan): 'operators' | 'fields' | 'value' {
  if (scan.peek() !== OPEN_OBJECT) return 'value';
  const openAt = scan.at;
  scan.at++;
  let found: 'operators' | 'fields' | 'value' = 'fields';
  if (scan.peek() === QUOTE && scan.text[scan.at + 1] === DOLLAR) {
    const isExtended = isExtendedName(scan.out, scan.size, readString(scan));
    found = isExtended ? 'value' : 'operators';
  }
  scan.at = openAt;
  return found;
}

function writeSubdocument(scan: JsonScan, write: (name: Buffer) => void): void {
  scan.setType(DOCUMENT);
  writeFields(scan, write);
}

/** Writes the object whose `{` the scan stands on; `write` writes the value under each name. */
function writeFields(scan: JsonScan, write: (name: Buffer) => void): void {
  const start = open(scan);
  const { depth } = scan.path;
  scan.names.open(depth);
  let next = scan.peek();
  while (next !== CLOSE_OBJECT) {
    if (next !== QUOTE) throw scan.badJson('a field name in quotes is expected');
    const name = writeName(scan);
    scan.pass(COLON);
    write(name);
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

function writeName(scan: JsonScan): Buffer {
  const { path, names } = scan;
  scan.reserve();
  const typeAt = scan.size;
  scan.size = typeAt + 1;
  const end = readString(scan);
  path.nameAt[path.depth] = typeAt + 1;
  refuseNul(scan, typeAt + 1, end);
  if (names.repeats(path, scan.out, end)) {
    const details = { path: scan.pointer(), reason: REPEATED_NAME };
    throw writerErrors.create('bad-field-name', details);
  }
  scan.size = end + 1;
  return scan.out.subarray(typeAt + 1, end);
}
