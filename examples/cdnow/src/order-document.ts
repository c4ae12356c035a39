import type { Order } from './read-orders.ts';

/** Where the orders go. The collection declares `total` a decimal and `placedAt` a date. */
export const DEMO_DATABASE = 'headrace_demo';
export const DEMO_COLLECTION = 'orders';

/**
 * The JSON sent for an order. Money travels as decimal text and is stored as Decimal128, so no
 * binary float ever touches it. The line keeps two orders that are otherwise equal apart.
 */
export function orderDocument(order: Order): string {
  return JSON.stringify({
    customer: order.customer,
    placedAt: order.placedAt.toISOString().replace('.000Z', 'Z'),
    cds: order.cds,
    total: order.total,
    line: order.line,
  });
}
