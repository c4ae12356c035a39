import { BSON, Decimal128 } from 'mongodb';

export const PARSERS = ['ejson', 'reviver'] as const;
export type ParserName = (typeof PARSERS)[number];

/** The two usual ways from an order's text to what the driver stores; which is faster is measured. */
export const parsers: Readonly<Record<ParserName, (text: string) => unknown>> = {
  ejson: (text) => BSON.EJSON.parse(text) as unknown,
  reviver: (text) => JSON.parse(text, revive) as unknown,
};

/** Looks only at the fields that have a type: the least a reviver can do. */
function revive(name: string, value: unknown): unknown {
  if (name === 'total' || name === 'price') {
    return Decimal128.fromString((value as { $numberDecimal: string }).$numberDecimal);
  }
  if (name === 'placedAt' || name === 'paidAt') return new Date((value as { $date: string }).$date);
  return value;
}
