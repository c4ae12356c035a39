import type { Outgoing } from './exchange.ts';
import { DEMO_COLLECTION, DEMO_DATABASE, orderDocument } from './order-document.ts';
import type { Order } from './read-orders.ts';

/** The three ways an order can go in; they stand for the three tiers. */
export type ReplayWay = 'strong' | 'eventual' | 'balanced';

/** One request, the same on every run: what is sent under an idempotency key never changes. */
export interface Delivery {
  readonly way: ReplayWay;
  /** For messages: `order 17`. */
  readonly what: string;
  readonly path: string;
  readonly idempotencyKey: string;
  readonly contentType: string;
  readonly orders: readonly Order[];
}

/** Orders in one `_bulk` request. Changing it would give orders other idempotency keys. */
export const BULK_ORDERS = 2_000;

const PATH = `/v1/db/${DEMO_DATABASE}/${DEMO_COLLECTION}`;
const WAYS: readonly ReplayWay[] = ['balanced', 'strong', 'eventual'];

/**
 * Deals the orders out by line number modulo three: one POST each at strong, one POST each at
 * eventual, the rest in `_bulk` requests at balanced. The idempotency key of a POST is the line
 * number; `_bulk` request K gives its n-th line `K/n`, so the same first N orders always carry the
 * same ones.
 */
export function* planReplay(orders: Iterable<Order>): Generator<Delivery> {
  let bulk: Order[] = [];
  let bulks = 0;
  for (const order of orders) {
    const way = WAYS[order.line % 3] ?? 'strong';
    if (way === 'balanced') bulk.push(order);
    else yield planPost(order, way);
    if (bulk.length === BULK_ORDERS) {
      yield planBulk(bulk, (bulks += 1));
      bulk = [];
    }
  }
  if (bulk.length > 0) yield planBulk(bulk, bulks + 1);
}

/** The request of a delivery. */
export function requestOf(delivery: Delivery): Outgoing {
  const { contentType, idempotencyKey, way, path, orders } = delivery;
  const [only, ...more] = orders;
  return {
    method: 'POST',
    path,
    headers: {
      'content-type': contentType,
      'idempotency-key': idempotencyKey,
      'x-consistency': way,
    },
    body: only !== undefined && more.length === 0 ? orderDocument(only) : linesOf(orders),
  };
}

function* linesOf(orders: readonly Order[]): Generator<string> {
  for (const order of orders) yield `${orderDocument(order)}\n`;
}

function planPost(order: Order, way: ReplayWay): Delivery {
  return {
    way,
    what: `order ${order.line}`,
    path: PATH,
    idempotencyKey: String(order.line),
    contentType: 'application/json',
    orders: [order],
  };
}

function planBulk(orders: readonly Order[], number: number): Delivery {
  return {
    way: 'balanced',
    what: `_bulk request ${number}`,
    path: `${PATH}/_bulk?results=failures`,
    idempotencyKey: `bulk-${number}`,
    contentType: 'application/x-ndjson',
    orders,
  };
}
