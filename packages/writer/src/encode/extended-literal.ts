import type { JsonScan } from './json-scan.ts';
import { readString } from './json-string.ts';
import { asciiText, scanNumber, type NumberToken } from './number-text.ts';

/** The digits of a number, to tell it from a string of the same characters. */
export interface NumberLiteral {
  readonly digits: string;
  readonly isInteger: boolean;
}
export type Literal = string | boolean | NumberLiteral | ReadonlyMap<string, Literal>;

/** No form of Extended JSON nests its members deeper. */
const DEEPEST = 3;
const token: NumberToken = { end: 0, isInteger: false };

/** Reads the value of a seldom form of Extended JSON; strings, numbers, true and small objects. */
export function readLiteral(scan: JsonScan, level = 1): Literal {
  const first = scan.peek();
  if (first === 0x22) return readText(scan);
  if (first === 0x7b) return readMembers(scan, level);
  if (first === 0x74 && passesTrue(scan)) return true;
  if (!scanNumber(scan.text, scan.at, token)) {
    throw scan.badExtended('a string, a number or an object is expected in it');
  }
  const digits = asciiText(scan.text, scan.at, token.end);
  scan.at = token.end;
  return { digits, isInteger: token.isInteger };
}

function readText(scan: JsonScan): string {
  return scan.out.toString('utf8', scan.size, readString(scan));
}

function passesTrue(scan: JsonScan): boolean {
  if (asciiText(scan.text, scan.at, Math.min(scan.at + 4, scan.end)) !== 'true') return false;
  scan.at += 4;
  return true;
}

function readMembers(scan: JsonScan, level: number): Map<string, Literal> {
  if (level > DEEPEST) throw scan.badExtended('it nests deeper than any of its forms');
  const members = new Map<string, Literal>();
  scan.at++;
  while (scan.peek() === 0x22) {
    const name = readText(scan);
    if (members.has(name)) throw scan.badExtended(`"${name}" stands in it twice`);
    scan.pass(0x3a);
    members.set(name, readLiteral(scan, level + 1));
    if (scan.peek() !== 0x2c) break;
    scan.at++;
    if (scan.peek() !== 0x22) throw scan.badJson('a field name is expected after the comma');
  }
  scan.pass(0x7d);
  return members;
}
