import { Arena, compileEncoder, madeIdBytes, makeIdElement, placeId } from '@headrace/writer';
import { ObjectId, type Document } from 'mongodb';

const ID_TYPE = 'objectId';

const text = { bsonType: 'string' };
const line = {
  bsonType: 'object',
  properties: { sku: text, quantity: { bsonType: 'int' }, price: { bsonType: 'decimal' } },
};
const schema = {
  bsonType: 'object',
  properties: {
    orderId: text,
    customer: text,
    placedAt: { bsonType: 'date' },
    total: { bsonType: 'decimal' },
    currency: text,
    lines: { bsonType: 'array', items: line },
    note: text,
  },
};

/** From objects of a library caller to the bytes that are sent, `_id` made and in front. */
export type EncodeOrders = (orders: readonly Document[]) => readonly Uint8Array[];

/**
 * The writer's compiled encoder, for one command at a time: the bytes lie in one arena, which the
 * next call overwrites.
 */
export function ordersEncoder(): EncodeOrders {
  const arena = new Arena();
  const encoder = compileEncoder(schema, { reservedBytes: madeIdBytes(ID_TYPE) });
  return (orders) => {
    arena.clear();
    for (const order of orders) encoder.encode(order, arena);
    return orders.map((_order, at) =>
      placeId(arena.document(at), makeIdElement(ID_TYPE, ObjectId.generate())),
    );
  };
}
