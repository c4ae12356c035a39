import { ObjectId } from 'mongodb';
import { expect, test } from 'vitest';
import {
  newUuidV7,
  objectIdIn,
  parseUuid,
  secondsOf,
  uuidV7Carrying,
  uuidV8,
} from '../../src/identify/uuid.ts';

const newYear2026 = Date.UTC(2026, 0, 1);

test('v7: 48 bits of milliseconds, version 7, variant 10, the rest by chance', () => {
  const ids = Array.from({ length: 2000 }, () => newUuidV7(newYear2026));
  for (const id of ids) {
    expect([id.length, id.readUIntBE(0, 6), id.readUInt8(6) >> 4, id.readUInt8(8) >> 6]).toEqual([
      16,
      newYear2026,
      7,
      0b10,
    ]);
  }
  expect(new Set(ids.map((id) => id.toString('hex'))).size).toBe(2000);
});

test('v7: later ones sort behind earlier ones, byte by byte', () => {
  const times = [0, 1, 255, 256, 65_536, newYear2026, newYear2026 + 1, 2 ** 48 - 1];
  const ids = times.map(newUuidV7);
  expect(ids.toSorted((a, b) => a.compare(b))).toEqual(ids);
});

test('v8: version 8, variant 10, all other bits from the digest', () => {
  expect(uuidV8(Buffer.alloc(32, 0xff)).toString('hex')).toBe('ffffffffffff8fffbfffffffffffffff');
  expect(uuidV8(Buffer.alloc(32)).toString('hex')).toBe('00000000000080008000000000000000');
  const digest = Buffer.from(Array.from({ length: 32 }, (_, n) => n));
  expect(uuidV8(digest).toString('hex')).toBe('00010203040586078' + '8090a0b0c0d0e0f'.slice(0, 15));
  expect(digest[6]).toBe(6);
});

test('text is read in any case; what is no UUID is not', () => {
  const text = '01890A5D-AC96-774b-bcce-b302099a8057';
  expect(parseUuid(text)?.toString('hex')).toBe(text.replaceAll('-', '').toLowerCase());
  for (const bad of ['', text.slice(1), `${text}0`, text.replace('-', ''), text.replace('0', 'g')])
    expect(parseUuid(bad)).toBeUndefined();
});

test('v7: carries an ObjectId of its second, and gives it back', () => {
  const objectId = ObjectId.generate(secondsOf(newYear2026 + 999));
  const uuid = uuidV7Carrying(objectId, newYear2026 + 999);
  expect(uuid.readUIntBE(0, 6)).toBe(newYear2026 + 999);
  expect([uuid.readUInt8(6) >> 4, uuid.readUInt8(8) >> 6]).toEqual([7, 0b10]);
  expect(objectIdIn(uuid.toString('hex')).equals(objectId)).toBe(true);
  const next = uuidV7Carrying(ObjectId.generate(secondsOf(newYear2026)), newYear2026);
  expect(next.equals(uuid)).toBe(false);
});
