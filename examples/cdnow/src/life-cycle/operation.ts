/** The two collections of the workload: one for each lane that changes can take. */
export type ChangesLane = 'direct' | 'buffered';

export const LIFE_CYCLE_COLLECTIONS: Readonly<Record<ChangesLane, string>> = {
  direct: 'life_cycle_direct',
  buffered: 'life_cycle_buffered',
};

/** What the model says an operation comes to; the direct lane answers it, the buffered one later. */
export type Outcome = 'inserted' | 'changed' | 'booked' | 'deleted' | 'absent' | 'refused';

/** One request of an order's life, the same however often it is sent. */
export interface Operation {
  /** For messages: `pay of order 17`. */
  readonly what: string;
  readonly lane: ChangesLane;
  readonly tier: 'strong' | 'balanced' | 'eventual';
  readonly method: 'POST' | 'PATCH' | 'DELETE';
  /** Below the collection's own path: `/order%2F17?if=…`. */
  readonly path: string;
  readonly contentType?: string;
  readonly body?: string;
  readonly idempotencyKey: string;
  readonly outcome: Outcome;
}

const DIRECT_STATUSES: Readonly<Record<Outcome, readonly number[]>> = {
  inserted: [201],
  changed: [200],
  booked: [200, 201], // the first booking of a customer makes the account
  deleted: [200],
  absent: [404],
  refused: [412],
};

/** Which statuses settle an operation as the model says; the buffered lane always answers 202. */
export function statusesOf({ lane, outcome }: Operation): readonly number[] {
  return lane === 'buffered' ? [202] : DIRECT_STATUSES[outcome];
}
