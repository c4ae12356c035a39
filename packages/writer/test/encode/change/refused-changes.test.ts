import { expect, test } from 'vitest';
import { refusal } from '../refusal.ts';
import { merge, replacement, under, update } from './change-of-text.ts';

const deep = (levels: number): string => '{"a":'.repeat(levels) + '1' + '}'.repeat(levels);

test.each([
  ['{"a.b": 1}', 'bad-field-name', '/a.b', 'dot'],
  ['{"a": {"b": {"c.d": null}}}', 'bad-field-name', '/a/b/c.d', 'dot'],
  ['{"lines": [{"a.b": 1}]}', 'bad-field-name', '/lines/0/a.b', 'dot'],
  ['{"$set": {"a": 1}}', 'bad-field-name', '/$set', 'begin with "$"'],
  ['{"$$ROOT": 1}', 'bad-field-name', '/$$ROOT', 'begin with "$"'],
  ['{"a": {"$b": 1}}', 'bad-field-name', '/a/$b', 'begin with "$"'],
  ['{"a": {"$$REMOVE": null}}', 'bad-field-name', '/a/$$REMOVE', 'begin with "$"'],
  ['{"a": [[{"$b": 1}]]}', 'bad-field-name', '/a/0/0/$b', 'begin with "$"'],
  ['{"a": {"": {"b": 1}}}', 'bad-field-name', '/a/', 'empty name'],
  ['{"a": {"__proto__": 1}}', 'bad-field-name', '/a/__proto__', '__proto__'],
  ['{"a": 1, "a": 2}', 'bad-field-name', '/a', 'twice'],
  ['{"_id": "o2", "a": 1}', 'id-change', '/_id', undefined],
  ['{"a": 1, "_id": null}', 'id-change', '/_id', undefined],
  ['{"_id": ["o1"]}', 'bad-id', '/_id', 'array'],
  ['{"total": "many"}', 'bad-typed-value', '/total', 'digits'],
  ['{"lines": [{"price": true}]}', 'bad-typed-value', '/lines/0/price', 'digits'],
  ['{"at": {"$date": "soon"}}', 'bad-extended-json', '/at', 'date'],
  ['{"n": 99999999999999999999}', 'number-out-of-range', '/n', '64 bits'],
  ['[]', 'bad-json', undefined, 'object'],
  ['null', 'bad-json', undefined, 'object'],
  ['', 'bad-json', undefined, 'early'],
  [deep(101), 'too-deep', undefined, undefined],
])('the merge patch %s is refused: %s at %s', (json, code, path, reason) => {
  expectRefusal(() => merge(json), { code, path, reason });
});

test.each([
  ['{}', 'bad-patch', '/', 'empty'],
  ['{"a": 1}', 'bad-patch', '/a', 'it is no operator; put fields below one such as $set'],
  ['{"$set": {"a": 1}, "b": 2}', 'bad-patch', '/b', 'it is no operator'],
  ['{"$rename": {"a": "b"}}', 'bad-patch', '/$rename', '"$rename" is not offered'],
  ['{"$setOnInsert": {"a": 1}}', 'bad-patch', '/$setOnInsert', 'not offered'],
  ['{"$set": 5}', 'bad-patch', '/$set', 'object'],
  ['{"$set": [{"a": 1}]}', 'bad-patch', '/$set', 'object'],
  ['{"$set": null}', 'bad-patch', '/$set', 'object'],
  ['{"$set": {"$date": 0}}', 'bad-patch', '/$set/$date', '"$date" can not stand'],
  ['{"$date": 0}', 'bad-patch', '/$date', '"$date" is not offered'],
  ['{"$set": {"a": 1}, "$set": {"b": 1}}', 'bad-field-name', '/$set', 'twice'],
  ['{"$set": {"a": 1, "a": 1}}', 'bad-field-name', '/$set/a', 'twice'],
  ['{"$set": {"a\\u0000b": 1}}', 'bad-field-name', '/$set/a', 'NUL'],
  ['{"$set": {"_id": "o1"}}', 'id-change', '/$set/_id', undefined],
  ['{"$unset": {"_id.a": ""}}', 'id-change', '/$unset/_id.a', undefined],
  ['{"$set": {"a": 1, "": 1}}', 'bad-patch', '/$set/', 'empty'],
  ['{"$set": {"a..b": 1}}', 'bad-patch', '/$set/a..b', 'empty'],
  ['{"$set": {"a.": 1}}', 'bad-patch', '/$set/a.', 'empty'],
  ['{"$set": {"$a": 1}}', 'bad-patch', '/$set/$a', '"$a" can not stand'],
  ['{"$set": {"a.$.b": 1}}', 'bad-patch', '/$set/a.$.b', '"$" can not stand'],
  ['{"$set": {"a.$[x]": 1}}', 'bad-patch', '/$set/a.$[x]', '"$[x]" can not stand'],
  ['{"$set": {"a.__proto__": 1}}', 'bad-patch', '/$set/a.__proto__', '__proto__'],
  ['{"$set": {"a": {"__proto__": 1}}}', 'bad-field-name', '/$set/a/__proto__', '__proto__'],
  [`{"$set": {"${'a.'.repeat(100)}a": 1}}`, 'bad-patch', undefined, 'at most 100 names'],
  ['{"$inc": {"n": "1"}}', 'bad-patch', '/$inc/n', 'a number'],
  ['{"$mul": {"n": null}}', 'bad-patch', '/$mul/n', 'a number'],
  ['{"$set": {"total": "x"}}', 'bad-typed-value', '/$set/total', 'digits'],
  ['{"$set": {"lines.0.price": "x"}}', 'bad-typed-value', '/$set/lines.0.price', 'digits'],
  ['{"$push": {"a": {"$each": 5}}}', 'bad-patch', '/$push/a/$each', 'list'],
  ['{"$push": {"a": {"$slice": 5}}}', 'bad-patch', '/$push/a', '$each'],
  ['{"$push": {"a": {"$each": [], "$foo": 1}}}', 'bad-patch', '/$push/a/$foo', '"$foo"'],
  ['{"$addToSet": {"a": {"$each": [], "$slice": 1}}}', 'bad-patch', '/$addToSet/a/$slice', '$each'],
  ['{"$pull": {"a": {"$where": "1"}}}', 'bad-patch', '/$pull/a/$where', '$where'],
  ['{"$pull": {"a": {"b": {"$regex": "1"}}}}', 'bad-patch', '/$pull/a/b/$regex', '$regex'],
  ['{"$pull": {"a": {"$or": [{"b": 1}]}}}', 'bad-patch', '/$pull/a/$or', '$or'],
])('the update %s is refused: %s at %s', (json, code, path, reason) => {
  expectRefusal(() => update(json), { code, path, reason });
});

test.each([
  ['{"$where": "true"}', 'bad-condition', '/$where', '$where'],
  ['{"$or": [{"a": 1}]}', 'bad-condition', '/$or', '$or'],
  ['{"$expr": true}', 'bad-condition', '/$expr', '$expr'],
  ['{"a": {"$regex": "x"}}', 'bad-condition', '/a/$regex', '$regex'],
  ['{"a": {"$gt": 1, "b": 2}}', 'bad-condition', '/a/b', 'b is not offered'],
  ['{"a": {"b": 1, "$gt": 2}}', 'bad-condition', '/a/$gt', '$gt'],
  ['{"a": {"$not": {"$gt": 1}}}', 'bad-condition', '/a/$not', '$not'],
  ['{"a": {"$elemMatch": {}}}', 'bad-condition', '/a/$elemMatch', '$elemMatch'],
  ['{"a": {"$in": 1}}', 'bad-condition', '/a/$in', 'list'],
  ['{"a": {"$nin": [{"$gt": 1}]}}', 'bad-condition', '/a/$nin', 'operators'],
  ['{"a": {"$exists": 1}}', 'bad-condition', '/a/$exists', 'true or false'],
  ['{"a": {"$binary": {"base64": "Jwc=", "subType": "09"}}}', 'bad-condition', '/', 'ector'],
  [
    '{"a": {"$regularExpression": {"pattern": "x", "options": ""}}}',
    'bad-condition',
    '/a',
    'regular',
  ],
  ['{"a": {"$ne": {"$undefined": true}}}', 'bad-condition', '/a/$ne', 'undefined'],
  ['{"_id": "o1"}', 'bad-condition', '/_id', '_id'],
  ['{"_id.a": 1}', 'bad-condition', '/_id.a', '_id'],
  ['{"a..b": 1}', 'bad-condition', '/a..b', 'empty'],
  ['{"": 1}', 'bad-condition', '/', 'empty'],
  ['{"a": [{"_bsontype": "Long"}]}', 'bad-condition', '/a/0/_bsontype', '_bsontype'],
  ['{"a": {"$date": 0}, "a": 1}', 'bad-field-name', '/a', 'twice'],
  ['{"total": {"$gt": "x"}}', 'bad-typed-value', '/total/$gt', 'digits'],
  ['{"a": 1} x', 'bad-json', undefined, 'behind'],
  ['"a"', 'bad-json', undefined, 'object'],
])('the condition %s is refused: %s at %s', (json, code, path, reason) => {
  expectRefusal(() => under(json), { code, path, reason });
});

test.each([
  ['{"_id": "o2"}', 'id-change', '/_id', undefined],
  ['{"a": 1, "_id": {"$oid": "0123456789abcdef01234567"}}', 'id-change', '/_id', undefined],
  ['{"$set": {"a": 1}}', 'bad-field-name', '/$set', '$'],
])('the replacement %s is refused: %s at %s', (json, code, path, reason) => {
  expectRefusal(() => replacement(json), { code, path, reason });
});

test('a replacement takes no condition', () => {
  const run = () => replacement('{"a": 1}', { condition: '{"b": 1}' });
  expectRefusal(run, { code: 'bad-condition', path: '/', reason: 'no condition' });
});

test('what is larger than 16 MiB with its _id and condition is refused', () => {
  const text = 'x'.repeat(16 * 1024 * 1024 - 60);
  expect(
    refusal(() => merge(`{"a": "${text}"}`, { condition: '{"status": "pending"}' })),
  ).toMatchObject({ code: 'document-too-large', status: 413 });
  expect(merge(`{"a": "${text}"}`).body.length).toBeLessThanOrEqual(16 * 1024 * 1024);
  expect(refusal(() => update(`{"$set": {"a": "${text}${'x'.repeat(60)}"}}`))).toMatchObject({
    code: 'document-too-large',
  });
  expect(refusal(() => replacement(`{"a": "${text}${'x'.repeat(60)}"}`))).toMatchObject({
    code: 'document-too-large',
  });
});

function expectRefusal(
  run: () => unknown,
  expected: {
    readonly code: string | undefined;
    readonly path: string | undefined;
    readonly reason: string | undefined;
  },
): void {
  const { code, path, reason } = expected;
  const status = code === 'bad-typed-value' ? 422 : 400;
  const found = refusal(run);
  expect(found).toMatchObject({
    code,
    status,
    retry: 'never',
    ...(path !== undefined && { path }),
  });
  if (reason !== undefined) expect(found['reason']).toContain(reason);
}
