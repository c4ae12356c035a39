import { hexDigit } from './json-string.ts';

interface HexRange {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly count: number;
}

/** Reads `count` bytes of hexadecimal text into `out` at `to` (which may be where it is read from). */
export function putHex(out: Uint8Array, to: number, source: HexRange): boolean {
  const { bytes } = source;
  let at = source.start;
  for (let i = 0; i < source.count; i++, at += 2) {
    const high = hexDigit(bytes[at] ?? 0);
    const low = hexDigit(bytes[at + 1] ?? 0);
    if (high < 0 || low < 0) return false;
    out[to + i] = (high << 4) | low;
  }
  return true;
}

/** Where the five groups of a UUID text begin, and how many bytes each holds. */
const UUID_GROUPS = [
  { start: 0, count: 4 },
  { start: 9, count: 2 },
  { start: 14, count: 2 },
  { start: 19, count: 2 },
  { start: 24, count: 6 },
];

/** The 16 bytes of a UUID text (8-4-4-4-12 hexadecimal digits), or undefined. */
export function readUuid(bytes: Uint8Array, start: number, end: number): Uint8Array | undefined {
  if (end - start !== 36) return undefined;
  const uuid = new Uint8Array(16);
  let to = 0;
  for (const group of UUID_GROUPS) {
    const from = start + group.start;
    if (group.start > 0 && bytes[from - 1] !== 0x2d) return undefined;
    if (!putHex(uuid, to, { bytes, start: from, count: group.count })) return undefined;
    to += group.count;
  }
  return uuid;
}
