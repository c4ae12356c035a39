import { BSON, Timestamp } from 'bson';
import { expect, it } from 'vitest';
import { sameDocument } from '../../src/encode/same-document.ts';

const empty = new Timestamp({ t: 0, i: 0 });
const made = new Timestamp({ t: 5, i: 6 });
const same = (sent: object, stored: object) =>
  sameDocument(BSON.serialize(sent), BSON.serialize(stored));

it.each<[object, object]>([
  [{ a: 1 }, { a: 1 }],
  [
    { _id: 1, at: empty, b: 'x' },
    { _id: 1, at: made, b: 'x' },
  ],
  [
    { a: /x/i, at: empty, c: { d: empty }, to: empty },
    { a: /x/i, at: made, c: { d: empty }, to: made },
  ],
])('%j is %j', (sent, stored) => {
  expect(same(sent, stored)).toBe(true);
});

it.each<[object, object]>([
  [{ a: 1 }, { a: 2 }],
  [{ a: 1 }, { a: 1, b: 1 }],
  [{ a: made }, { a: empty }],
  [{ a: empty }, { b: made }],
  [{ a: empty }, { a: new Date(5) }],
  [{ _id: empty }, { _id: made }],
  [
    { at: empty, b: 'x' },
    { at: made, b: 'y' },
  ],
  [
    { b: 'x', at: empty },
    { b: 'y', at: made },
  ],
  [{ c: { at: empty } }, { c: { at: made } }],
])('%j is not %j', (sent, stored) => {
  expect(same(sent, stored)).toBe(false);
});
