import { Parsed, type Reading } from '@headrace/base';
import type { TUnsafe } from 'typebox';

const EXPECTED = 'a size of at least one byte, as a number of bytes or such as 64MiB';

/** Bytes by unit; the binary ones first, because printing takes the first that fits. */
const UNITS = { GiB: 2 ** 30, MiB: 2 ** 20, KiB: 2 ** 10, GB: 1e9, MB: 1e6, kB: 1e3, B: 1 };

/** A size in bytes, written as a number of bytes or as a text with its unit. */
export function sizeSetting(text: string, description: string): TUnsafe<number> {
  return Parsed<number>({
    expected: EXPECTED,
    default: text,
    description,
    parse: parseSize,
    print: printSize,
  });
}

export function parseSize(written: unknown): Reading<number> {
  const bytes = typeof written === 'string' ? bytesOf(written) : written;
  const isSize = typeof bytes === 'number' && Number.isSafeInteger(bytes) && bytes > 0;
  return isSize ? { value: bytes } : undefined;
}

/** The shortest text that reads back as exactly this size. */
export function printSize(bytes: number): string | number {
  for (const unit of ['GiB', 'MiB', 'KiB'] as const) {
    if (bytes % UNITS[unit] === 0) return `${bytes / UNITS[unit]}${unit}`;
  }
  return bytes;
}

function bytesOf(text: string): number | undefined {
  const [, digits, unit] = /^(\d+) ?([A-Za-z]+)$/.exec(text) ?? [];
  const known = Object.entries(UNITS).find(([name]) => name === unit);
  return known && Number(digits) * known[1];
}
