import type { Order } from '../read-orders.ts';
import type { ChangesLane, Operation, Outcome } from './operation.ts';

/** How an order ends. */
export type Fate = 'shipped' | 'cancelled' | 'refunded' | 'abandoned';

/** Deals the fates out by line number: about 60, 20, 15 and 5 of a hundred, the same on every run. */
export function fateOf(line: number): Fate {
  // Knuth's multiplicative hash spreads neighbouring lines.
  const share = (Math.imul(line, 2_654_435_761) >>> 0) % 100;
  if (share < 60) return 'shipped';
  if (share < 80) return 'cancelled';
  return share < 95 ? 'refunded' : 'abandoned';
}

/** Every second order lives in the collection of each lane. */
export function laneOf(line: number): ChangesLane {
  return line % 2 === 0 ? 'direct' : 'buffered';
}

const MERGE = 'application/merge-patch+json';
const UPDATE = 'application/vnd.headrace.update+json';

/**
 * The requests of one order's life, in their order. Some come too late on purpose (a cancel after
 * the parcel has left, a payment after the cancel, a note on a deleted order): their condition
 * refuses them, or there is nothing left to change.
 * @param run sets the documents of one run apart from those of another
 */
export function lifeOf(order: Order, run: string): readonly Operation[] {
  const steps = new LifeSteps(order, run);
  steps.create();
  switch (fateOf(order.line)) {
    case 'shipped':
      steps.patch('pay', { status: 'paid', paidAt: '1998-01-01T00:00:00Z' }, 'pending', 'changed');
      steps.book('spend', order.total, 1);
      steps.count('pick', 'picked', 'paid');
      steps.patch(
        'ship',
        { status: 'shipped', parcel: { weight: order.cds } },
        'picked',
        'changed',
      );
      if (order.line % 10 === 0) steps.patch('cancel', { status: 'cancelled' }, 'paid', 'refused');
      break;
    case 'cancelled':
      steps.patch('cancel', { status: 'cancelled', cds: null }, 'pending', 'changed');
      steps.patch('pay', { status: 'paid' }, 'pending', 'refused');
      break;
    case 'refunded':
      steps.patch('pay', { status: 'paid', paidAt: '1998-01-01T00:00:00Z' }, 'pending', 'changed');
      steps.book('spend', order.total, 1);
      steps.patch('cancel', { status: 'cancelled', paidAt: null }, 'paid', 'changed');
      steps.book('refund', `-${order.total}`, 0);
      break;
    case 'abandoned':
      steps.remove();
      steps.patch('note', { note: 'too late' }, undefined, 'absent');
  }
  return steps.operations;
}

class LifeSteps {
  readonly operations: Operation[] = [];
  readonly #order: Order;
  readonly #run: string;
  readonly #lane: ChangesLane;

  constructor(order: Order, run: string) {
    this.#order = order;
    this.#run = run;
    this.#lane = laneOf(order.line);
  }

  create(): void {
    const { customer, placedAt, cds, total } = this.#order;
    const document = {
      ...{ _id: this.#orderId(), customer, placedAt: placedAt.toISOString() },
      ...{ cds, total, status: 'pending', touches: 0 },
    };
    this.#add('create', 'inserted', {
      ...{ method: 'POST', path: '', contentType: 'application/json' },
      body: JSON.stringify(document),
    });
  }

  patch(name: string, merge: object, ifStatus: string | undefined, outcome: Outcome): void {
    this.#add(name, outcome, {
      ...{ method: 'PATCH', path: this.#path(this.#orderId(), ifStatus), contentType: MERGE },
      body: JSON.stringify(merge),
    });
  }

  /** A change that would do more when applied twice. */
  count(name: string, status: string, ifStatus: string): void {
    this.#add(name, 'changed', {
      ...{ method: 'PATCH', path: this.#path(this.#orderId(), ifStatus), contentType: UPDATE },
      body: JSON.stringify({ $set: { status }, $inc: { touches: 1 } }),
    });
  }

  /** Money on the customer's account, which the first booking makes. */
  book(name: string, amount: string, orders: number): void {
    const path = `${this.#path(`${this.#run}/customer/${this.#order.customer}`)}?upsert=true`;
    this.#add(name, 'booked', {
      ...{ method: 'PATCH', path, contentType: UPDATE },
      body: JSON.stringify({ $inc: { spent: { $numberDecimal: amount }, orders } }),
    });
  }

  remove(): void {
    this.#add('delete', 'deleted', {
      ...{ method: 'DELETE', path: this.#path(this.#orderId(), 'pending') },
    });
  }

  #add(
    name: string,
    outcome: Outcome,
    request: Pick<Operation, 'method' | 'path' | 'contentType' | 'body'>,
  ): void {
    const { line } = this.#order;
    this.operations.push({
      ...{ what: `${name} of order ${line}`, lane: this.#lane, outcome, ...request },
      tier: this.#lane === 'buffered' ? 'eventual' : line % 4 === 0 ? 'balanced' : 'strong',
      idempotencyKey: `${this.#run}/${line}/${name}`,
    });
  }

  #orderId(): string {
    return `${this.#run}/order/${this.#order.line}`;
  }

  #path(id: string, ifStatus?: string): string {
    const path = `/${encodeURIComponent(id)}`;
    if (ifStatus === undefined) return path;
    return `${path}?if=${encodeURIComponent(JSON.stringify({ status: ifStatus }))}`;
  }
}
