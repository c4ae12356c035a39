import { BSON } from 'bson';
import { describe, expect, it } from 'vitest';
import { bothEncoders, compiledOutcome } from './both-encoders.ts';

describe('a compiled encoder', () => {
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
