import type { Order } from '../read-orders.ts';
import type { Operation } from './operation.ts';
import { lifeOf } from './order-life.ts';

/** An order and the requests of its life. One caller sends them, each after the answer to the last. */
export interface PlannedLife {
  readonly order: Order;
  readonly operations: readonly Operation[];
}

export interface LifeCyclePlan {
  readonly lives: readonly PlannedLife[];
  readonly operations: number;
}

/** Takes orders from the file until their lives have so many operations. */
export function planLifeCycle(
  orders: Iterable<Order>,
  { operations: wanted, run }: { readonly operations: number; readonly run: string },
): LifeCyclePlan {
  const lives: PlannedLife[] = [];
  let operations = 0;
  for (const order of orders) {
    if (operations >= wanted) break;
    const life = lifeOf(order, run);
    lives.push({ order, operations: life });
    operations += life.length;
  }
  return { lives, operations };
}
