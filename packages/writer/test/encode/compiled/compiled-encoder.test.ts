import { BSON } from 'bson';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyDocument } from './any-document.ts';
import { anySchema } from './any-schema.ts';
import { bothEncoders, compiledOutcome, generalOutcome } from './both-encoders.ts';

describe('a compiled encoder', () => {
  it('writes what the general one writes, and refuses what it refuses, whatever the schema', () => {
    fc.assert(
      fc.property(anySchema, fc.array(anyDocument, { maxLength: 5 }), (schema, documents) => {
        const encoders = bothEncoders(schema);
        for (const document of documents) {
          const expected = generalOutcome(document);
          for (const encoder of encoders) {
            expect(compiledOutcome(encoder, document)).toEqual(expected);
          }
        }
      }),
      { numRuns: 1_500 },
    );
  });

  it('writes an order byte by byte as js-bson does, without a fall-back', () => {
    const schema = {
      bsonType: 'object',
      properties: {
        _id: { bsonType: 'string' },
        placedAt: { bsonType: 'date' },
        total: { bsonType: 'decimal' },
        name: { bsonType: 'string' },
        lines: {
          bsonType: 'array',
          items: { bsonType: 'object', properties: { quantity: { bsonType: 'int' } } },
        },
      },
    };
    const order = {
      _id: 'order-1',
      placedAt: new Date('2026-01-02T03:04:05.678Z'),
      total: BSON.Decimal128.fromString('12.50'),
      name: 'Zoë Łukasz 山田 🙂',
      lines: Array.from({ length: 120 }, (_, quantity) => ({ quantity })),
    };
    for (const encoder of bothEncoders(schema)) {
      const hex = Buffer.from(BSON.serialize(order)).toString('hex');
      expect(compiledOutcome(encoder, order)).toEqual({ hex });
      expect(encoder.fallBacks).toMatchObject({ documents: 1, fallBacks: 0 });
    }
  });
});
