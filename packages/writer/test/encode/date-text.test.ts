import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readDate } from '../../src/encode/date-text.ts';

function read(text: string): number {
  const bytes = Buffer.from(`..${text}..`);
  return readDate(bytes, 2, bytes.length - 2);
}

it('reads every date of four-digit years as JavaScript does', () => {
  const min = new Date('0000-01-01T00:00:00.000Z');
  const max = new Date('9999-12-31T23:59:59.999Z');
  fc.assert(
    fc.property(
      fc.date({ min, max, noInvalidDate: true }),
      fc.integer({ min: -1439, max: 1439 }),
      (date, offset) => {
        expect(read(date.toISOString())).toBe(date.getTime());
        const minutes = Math.abs(offset);
        const zone = `${offset < 0 ? '-' : '+'}${new Date(minutes * 60_000).toISOString().slice(11, 16)}`;
        expect(read(date.toISOString().replace('Z', zone))).toBe(date.getTime() - offset * 60_000);
      },
    ),
    { numRuns: 1000 },
  );
});

it('knows every day of 400 years', () => {
  for (let day = Date.UTC(1800, 0, 1); day < Date.UTC(2200, 0, 1); day += 86_400_000) {
    const text = new Date(day).toISOString();
    if (read(text) !== day) expect.fail(text);
  }
});

it.each([
  ['2026-01-31T23:59:59.1Z', '2026-01-31T23:59:59.100Z'],
  ['2026-01-31T23:59:59.12Z', '2026-01-31T23:59:59.120Z'],
  ['2026-01-31T23:59:59.123000Z', '2026-01-31T23:59:59.123Z'],
  ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
])('reads %s', (text, iso) => {
  expect(new Date(read(text)).toISOString()).toBe(iso);
});

it.each([
  '2026-02-30T00:00:00Z',
  '2025-02-29T00:00:00Z',
  '1900-02-29T00:00:00Z',
  '2026-04-31T00:00:00Z',
  '2026-13-01T00:00:00Z',
  '2026-00-01T00:00:00Z',
  '2026-01-00T00:00:00Z',
  '2026-01-01T24:00:00Z',
  '2026-01-01T00:60:00Z',
  '2026-01-01T00:00:60Z',
  '2026-01-01T00:00:00',
  '2026-01-01T00:00:00.Z',
  '2026-01-01T00:00:00.1234Z',
  '2026-01-01T00:00:00Zx',
  '2026-01-01T00:00:00+25:00',
  '2026-01-01T00:00:00+0100',
  '2026-01-01 00:00:00Z',
  '2026-1-01T00:00:00Z0',
  '+02026-01-01T00:00:00Z',
  '2026-01-01',
  '',
])('refuses %j', (text) => {
  expect(read(text)).toBeNaN();
});
