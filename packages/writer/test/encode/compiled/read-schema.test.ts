import { describe, expect, it } from 'vitest';
import { readSchema } from '../../../src/encode/compiled/read-schema.ts';
import { refusal } from '../refusal.ts';
import { bothEncoders, compiledOutcome, generalOutcome } from './both-encoders.ts';

const deep = (levels: number): object =>
  levels === 0 ? {} : { bsonType: 'object', properties: { a: deep(levels - 1) } };

describe('readSchema', () => {
  it.each<[string, unknown, string]>([
    ['no schema', 'order', '/'],
    [
      'a type nobody knows',
      { bsonType: 'object', properties: { a: { bsonType: 'text' } } },
      '/properties/a/bsonType',
    ],
    ['a document that is none', { bsonType: 'array' }, '/'],
    ['a list of properties', { bsonType: 'object', properties: [] }, '/properties'],
    ['a property that is no schema', { properties: { 'a/b': 5 } }, '/properties/a~1b'],
    ['a name with NUL', { properties: { 'a\0': {} } }, '/properties/a\0'],
    ['an operator at the top', { properties: { $set: {} } }, '/properties/$set'],
    ['alternatives that are no list', { properties: { a: { anyOf: {} } } }, '/properties/a/anyOf'],
    ['a bad item', { properties: { a: { items: { type: 'int' } } } }, '/properties/a/items/type'],
    [
      'inside a validator',
      { $jsonSchema: { properties: { a: { type: 7 } } } },
      '/$jsonSchema/properties/a/type',
    ],
  ])('refuses %s, with its place', (_, schema, path) => {
    expect(refusal(() => readSchema(schema))).toMatchObject({ code: 'bad-schema', path });
  });

  it('refuses __proto__ as a name', () => {
    const schema: unknown = JSON.parse('{"properties":{"__proto__":{"bsonType":"int"}}}');
    const path = '/properties/__proto__';
    expect(refusal(() => readSchema(schema))).toMatchObject({ code: 'bad-schema', path });
  });

  it('refuses what nests deeper than a document may', () => {
    readSchema(deep(99));
    expect(refusal(() => readSchema(deep(101)))).toMatchObject({ code: 'bad-schema' });
  });

  it('refuses a schema that contains itself', () => {
    const circle: { properties: Record<string, unknown> } = { properties: {} };
    circle.properties['again'] = circle;
    expect(refusal(() => readSchema(circle))).toMatchObject({ code: 'bad-schema' });
  });

  it('reads what TypeBox writes', () => {
    const schema = {
      type: 'object',
      required: ['id'],
      properties: {
        id: { type: 'string', minLength: 1 },
        count: { type: 'integer' },
        state: {
          anyOf: [
            { const: 'open', type: 'string' },
            { const: 'closed', type: 'string' },
          ],
        },
        at: { type: 'Date' },
        owner: { $ref: 'Owner' },
      },
    };
    const document = { id: 'a', count: 5, state: 'open', at: new Date(5), owner: { name: 'x' } };
    for (const encoder of bothEncoders(schema)) {
      expect(compiledOutcome(encoder, document)).toEqual(generalOutcome(document));
      expect(encoder.fallBacks.fallBacks).toBe(0);
    }
  });
});
