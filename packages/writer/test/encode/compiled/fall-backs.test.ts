import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bsonScalar } from '../bson-arbitrary.ts';
import { plainScalar } from './any-document.ts';
import { bothEncoders, compiledOutcome, generalOutcome } from './both-encoders.ts';

const schema = {
  bsonType: 'object',
  properties: {
    a: { bsonType: 'int' },
    b: { bsonType: 'object', properties: { c: { type: 'string' } } },
  },
};

it.each<[string, unknown, object]>([
  ['nothing', { a: 1, b: { c: 'x' } }, {}],
  ['another order, and fields left out', { b: {}, a: null }, {}],
  ['an unlisted field', { a: 1, other: 2 }, { 'unlisted field': 1 }],
  ['an unlisted field inside', { b: { other: [1] } }, { 'unlisted field': 1 }],
  ['another type', { a: 'one' }, { 'other type': 1 }],
  ['several of both', { a: 'one', b: 5, c: 1, d: 2 }, { 'other type': 1, 'unlisted field': 1 }],
  ['no plain document', new Map([['a', 1]]), { 'other document': 1 }],
])('counts %s', (_, document, byReason) => {
  for (const encoder of bothEncoders(schema)) {
    expect(compiledOutcome(encoder, document)).toEqual(generalOutcome(document));
    const none = { 'unlisted field': 0, 'other type': 0, 'other document': 0 };
    const fallBacks = Object.keys(byReason).length === 0 ? 0 : 1;
    expect(encoder.fallBacks).toEqual({
      documents: 1,
      fallBacks,
      byReason: { ...none, ...byReason },
    });
  }
});

/** A place in a schema, and a value that is valid there. */
interface Valid {
  readonly place: object;
  readonly value: unknown;
}

const leafOf = (bsonType: unknown, values: fc.Arbitrary<unknown>): fc.Arbitrary<Valid> =>
  values.map((value) => ({ place: { bsonType }, value }));

const leaf: fc.Arbitrary<Valid> = fc.oneof(
  leafOf('string', fc.string({ unit: 'binary', maxLength: 40 })),
  leafOf('int', fc.integer()),
  leafOf(['double', 'int'], fc.double()),
  leafOf(['bool', 'null'], fc.option(fc.boolean())),
  // An invalid date is none that a validator sees: js-bson makes it 1970.
  leafOf('date', fc.date({ noInvalidDate: true })),
  leafOf('binData', fc.uint8Array({ maxLength: 40 })),
);

/** Objects of some of the fields of their schema, in any order. */
function objectOf(inside: fc.Arbitrary<Valid>): fc.Arbitrary<Valid> {
  const field = fc.tuple(fc.string({ maxLength: 6 }), inside);
  return fc.uniqueArray(field, { maxLength: 10, selector: ([name]) => name }).chain((fields) =>
    fc.shuffledSubarray(fields).map((present) => ({
      place: {
        bsonType: 'object',
        properties: Object.fromEntries(fields.map(([name, { place }]) => [`f${name}`, place])),
      },
      value: Object.fromEntries(present.map(([name, { value }]) => [`f${name}`, value])),
    })),
  );
}

const arrayOf = (inside: fc.Arbitrary<Valid>): fc.Arbitrary<Valid> =>
  inside.map(({ place, value }) => ({
    place: { bsonType: 'array', items: place },
    value: [value, value],
  }));

const valid = objectOf(fc.oneof(leaf, arrayOf(leaf), objectOf(fc.oneof(leaf, objectOf(leaf)))));

it('falls back on at most 1 % of documents that are valid for their schema', () => {
  let [documents, fallBacks] = [0, 0];
  fc.assert(
    fc.property(valid, ({ place, value }) => {
      for (const encoder of bothEncoders(place)) {
        expect(compiledOutcome(encoder, value)).toEqual(generalOutcome(value));
        documents += encoder.fallBacks.documents;
        fallBacks += encoder.fallBacks.fallBacks;
      }
    }),
    { numRuns: 500 },
  );
  expect(documents).toBeGreaterThan(900);
  expect(fallBacks / documents).toBeLessThanOrEqual(0.01);
});

it('carries any value in a place of any other type', () => {
  fc.assert(
    fc.property(fc.oneof(plainScalar, bsonScalar), (value) => {
      for (const encoder of bothEncoders(schema)) {
        const document = { a: value, other: value };
        expect(compiledOutcome(encoder, document)).toEqual(generalOutcome(document));
      }
    }),
  );
});
