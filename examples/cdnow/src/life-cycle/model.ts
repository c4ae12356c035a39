import type { Order } from '../read-orders.ts';
import type { ChangesLane } from './operation.ts';
import { fateOf, laneOf, type Fate } from './order-life.ts';

/** An order as it must stand in the end. */
export interface ModelOrder {
  readonly status: 'shipped' | 'cancelled';
  readonly cents: bigint;
  readonly touches: number;
  /** The fields it must have, sorted. */
  readonly fields: readonly string[];
}

/** A customer's account as it must stand in the end. */
export interface ModelAccount {
  cents: bigint;
  orders: number;
}

/** What one collection must hold, and which refusals its dead letters must name. */
export interface Model {
  readonly orders: Map<number, ModelOrder>;
  readonly accounts: Map<string, ModelAccount>;
  refused: number;
  absent: number;
}

const ALWAYS = ['_id', 'customer', 'placedAt', 'status', 'total', 'touches'];

/** In the end; what a life leaves behind. Abandoned orders are deleted. */
const END: Readonly<Record<Exclude<Fate, 'abandoned'>, Omit<ModelOrder, 'cents'>>> = {
  shipped: { status: 'shipped', touches: 1, fields: [...ALWAYS, 'cds', 'paidAt', 'parcel'].sort() },
  cancelled: { status: 'cancelled', touches: 0, fields: ALWAYS },
  refunded: { status: 'cancelled', touches: 0, fields: [...ALWAYS, 'cds'].sort() },
};

/**
 * The sequential model: what each order's fate makes of it, written down without looking at the
 * requests that are sent, and added up in whole cents.
 */
export function modelOf(orders: Iterable<Order>): Readonly<Record<ChangesLane, Model>> {
  const models = { direct: emptyModel(), buffered: emptyModel() };
  for (const order of orders) enter(models[laneOf(order.line)], order);
  return models;
}

function emptyModel(): Model {
  return { orders: new Map(), accounts: new Map(), refused: 0, absent: 0 };
}

function enter(model: Model, { line, customer, total }: Order): void {
  const fate = fateOf(line);
  const cents = BigInt(total.replace('.', ''));
  if (fate === 'abandoned') {
    model.absent += 1;
    return;
  }
  model.orders.set(line, { ...END[fate], cents });
  if (fate === 'cancelled' || (fate === 'shipped' && line % 10 === 0)) model.refused += 1;
  if (fate === 'cancelled') return;
  const account = model.accounts.get(customer) ?? { cents: 0n, orders: 0 };
  model.accounts.set(customer, account);
  account.orders += 1;
  if (fate === 'shipped') account.cents += cents;
}
