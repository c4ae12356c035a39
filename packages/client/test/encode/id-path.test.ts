import { Binary, Decimal128, Long, ObjectId, UUID } from 'bson';
import { expect, test } from 'vitest';
import { idPath } from '../../src/encode/id-path.ts';

const uuid = '8a0a2cbd-6c4e-8f6b-a8b5-0a34a1a6ab9c';

test.each<[unknown, string]>([
  ['A/1 ü?', 'A%2F1%20%C3%BC%3F'],
  [7, '7'],
  [-7n, '-7'],
  [Long.fromString('9007199254740993'), '9007199254740993'],
  [new ObjectId('0123456789abcdef01234567'), '0123456789abcdef01234567'],
  [new UUID(uuid), uuid],
])('%s in a path is %s', (id, path) => {
  expect(idPath(id)).toBe(path);
});

test.each<[string, unknown]>([
  ['nothing', undefined],
  ['an empty text', ''],
  ['a dot', '.'],
  ['two dots', '..'],
  ['half a character', '\ud800'],
  ['a fraction', 0.5],
  ['a date', new Date(0)],
  ['bytes', new Binary(Uint8Array.of(1))],
  ['a decimal', Decimal128.fromString('1')],
])('%s is refused', (_name, id) => {
  expect(() => idPath(id)).toThrow(expect.objectContaining({ code: 'bad-argument' }));
});
