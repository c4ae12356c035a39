import { BSON, Decimal128, Double, Int32, Long } from 'bson';
import { expect, test } from 'vitest';
import { canonicalId } from '../../../src/encode/canonical-id.ts';
import { encodeBsonReplacement } from '../../../src/encode/change/encode-change.ts';
import { encodeObject } from '../../../src/encode/encode-object.ts';
import type { IdValue } from '../../../src/encode/encoded-document.ts';
import { idOfDocument } from '../../../src/encode/id-of-document.ts';
import { parseIdText } from '../../../src/encode/id-value.ts';
import {
  bodyOf,
  deletion,
  merge,
  orderTypes,
  replacement,
  under,
  update,
} from './change-of-text.ts';

const decimal = (text: string) => ({ $numberDecimal: text });
const int = (value: number) => ({ $numberInt: String(value) });
const uuid = '00112233-4455-6677-8899-aabbccddeeff';
const uuidValue = { $binary: { base64: 'ABEiM0RVZneImaq7zN3u/w==', subType: '04' } };

test('a merge patch keeps its nulls, arrays and order, and takes declared types', () => {
  const change = merge(
    `{"z": null, "total": "19.99", "placedAt": {"$date": "2026-01-31T00:00:00Z"}, "lines":
      [{"price": 1.5, "x": null}], "a": {"total": 2, "10": 1, "b": {}}, "": 1, "a b": "ü"}`,
    { upsert: true, condition: '{"status": "pending"}' },
  );
  expect(change).toMatchObject({ op: 'patch', upsert: true, needsKey: false });
  const body = bodyOf(change);
  expect(body).toEqual({
    _id: 'o1',
    merge: {
      z: null,
      total: decimal('19.99'),
      placedAt: { $date: { $numberLong: '1769817600000' } },
      lines: [{ price: decimal('1.5'), x: null }],
      a: { total: int(2), 10: int(1), b: {} },
      '': int(1),
      'a b': 'ü',
    },
    if: { status: 'pending' },
  });
  expect(Object.keys(body)).toEqual(['_id', 'merge', 'if']);
});

test("the target's own _id in a merge patch is left out, wherever it stands", () => {
  expect(bodyOf(merge('{"a": 1, "_id": "o1", "b": 2}'))).toEqual({
    _id: 'o1',
    merge: { a: int(1), b: int(2) },
  });
  expect(bodyOf(merge('{"_id": "o1"}'))).toEqual({ _id: 'o1', merge: {} });
  expect(bodyOf(merge('{}'))).toEqual({ _id: 'o1', merge: {} });
});

test('an update takes declared types by path, in arrays, $each and conditions of $pull', () => {
  const change = update(`{
    "$set": {"total": "1.50", "lines.0.price": 2, "lines.$[].price": "3", "tags": ["${uuid}"],
             "lines": [{"price": 4, "n": 4}], "n": {"$numberLong": "5"}, "other.total": "x"},
    "$unset": {"total": "", "x": true},
    "$inc": {"total": "0.10", "n": 1},
    "$min": {"placedAt": "2026-01-31T00:00:00Z"},
    "$push": {"tags": {"$each": ["${uuid}"], "$slice": -5, "$position": 0, "$sort": 1},
              "lines": {"$each": [{"price": 5}], "$sort": {"price": -1}}},
    "$addToSet": {"tags": "${uuid}"},
    "$pull": {"lines": {"price": {"$gte": "6"}, "sku": "a"}, "total": {"$in": [7]},
              "placedAt": {"$date": 0}, "lines.0": {"price": 8}}
  }`);
  expect(change).toMatchObject({ op: 'patch', upsert: false, needsKey: true });
  expect(bodyOf(change)['update']).toEqual({
    $set: {
      total: decimal('1.50'),
      'lines.0.price': decimal('2'),
      'lines.$[].price': decimal('3'),
      tags: [uuidValue],
      lines: [{ price: decimal('4'), n: int(4) }],
      n: { $numberLong: '5' },
      'other.total': 'x',
    },
    $unset: { total: '', x: true },
    $inc: { total: decimal('0.10'), n: int(1) },
    $min: { placedAt: { $date: { $numberLong: '1769817600000' } } },
    $push: {
      tags: { $each: [uuidValue], $slice: int(-5), $position: int(0), $sort: int(1) },
      lines: { $each: [{ price: decimal('5') }], $sort: { price: int(-1) } },
    },
    $addToSet: { tags: uuidValue },
    $pull: {
      lines: { price: { $gte: decimal('6') }, sku: 'a' },
      total: { $in: [decimal('7')] },
      placedAt: { $date: { $numberLong: '0' } },
      'lines.0': { price: decimal('8') },
    },
  });
});

test.each([
  ['$set', false],
  ['$unset', false],
  ['$min', false],
  ['$max', false],
  ['$addToSet', false],
  ['$pull', false],
  ['$inc', true],
  ['$mul', true],
  ['$push', true],
])('%s needs an idempotency key: %s', (operator, needsKey) => {
  expect(update(`{"${operator}": {"b": 1}}`).needsKey).toBe(needsKey);
});

test('a condition takes declared types and Extended JSON', () => {
  const condition = `{"status": "pending", "total": {"$gte": "1.0", "$lt": 9}, "tags": {"$in":
    ["${uuid}"]}, "placedAt": {"$ne": {"$date": 0}}, "lines.0.price": 3, "gone": {"$exists": false},
    "n": {"$numberLong": "1"}, "address": {"city": "Ulm"}, "x": null}`;
  expect(bodyOf(under(condition))).toEqual({
    _id: 'o1',
    if: {
      status: 'pending',
      total: { $gte: decimal('1.0'), $lt: decimal('9') },
      tags: { $in: [uuidValue] },
      placedAt: { $ne: { $date: { $numberLong: '0' } } },
      'lines.0.price': decimal('3'),
      gone: { $exists: false },
      n: { $numberLong: '1' },
      address: { city: 'Ulm' },
      x: null,
    },
  });
});

test('a condition without fields is none', () => {
  expect(bodyOf(under(' { } '))).toEqual({ _id: 'o1' });
});

test('a deletion holds the _id alone', () => {
  expect(deletion()).toMatchObject({ op: 'delete', upsert: false, needsKey: false });
  expect(bodyOf(deletion())).toEqual({ _id: 'o1' });
});

test('a replacement gets the _id of its path in front', () => {
  const change = replacement('{"total": "2", "a": 1}', { upsert: true });
  expect(change).toMatchObject({ op: 'replace', upsert: true, needsKey: false });
  const body = bodyOf(change);
  expect(body).toEqual({ _id: 'o1', total: decimal('2'), a: int(1) });
  expect(Object.keys(body)).toEqual(['_id', 'total', 'a']);
  expect(bodyOf(replacement('{"a": 1, "_id": "o1"}'))).toEqual({ _id: 'o1', a: int(1) });
  expect(bodyOf(replacement('{}'))).toEqual({ _id: 'o1' });
});

test('a replacement in BSON keeps every byte beside the _id', () => {
  const target = { id: parseIdText('7', 'long'), types: orderTypes };
  const bytes = BSON.serialize({ a: new Double(1), total: 'as it is' });
  const { body } = encodeBsonReplacement(bytes, target);
  expect(
    Buffer.from(body).equals(
      BSON.serialize({ _id: Long.fromNumber(7), a: new Double(1), total: 'as it is' }),
    ),
  ).toBe(true);
});

const sevens = [new Int32(7), Long.fromNumber(7), new Double(7), Decimal128.fromString('7.0')];

test('an _id is the same in every number type, in a path and in a body', () => {
  const ids = [
    ...sevens.map((_id) => {
      const { id } = encodeObject({ _id }, { reservedBytes: 0 });
      return id as IdValue;
    }),
    parseIdText('7', 'int'),
    parseIdText('7', 'long'),
  ];
  for (const id of ids) {
    const changes = [
      merge('{"_id": 7.0, "a": 1}', { id }),
      replacement('{"_id": {"$numberDecimal": "7.00"}}', { id }),
      replacement('{"a": 1}', { id }),
      deletion({ id }),
    ];
    for (const change of changes) {
      expect(canonicalId(change.id)).toBe(canonicalId(ids[0] as IdValue));
      expect(canonicalId(idOfDocument(change.body))).toBe(canonicalId(ids[0] as IdValue));
    }
  }
});
