import type { Document } from 'mongodb';
import { expect } from 'vitest';
import type { Load, LoadWrite } from '../load.ts';
import { META_DATABASE, type System } from '../start-system.ts';

interface Stored {
  readonly times: number;
  readonly ids: readonly string[];
}

/**
 * Every acknowledged write is stored exactly once, under the `_id` its receipt names, or, if it was
 * queued, is a dead letter and not stored. A refused write is not stored; one without an answer at
 * most once. Nothing else that
 * has an `n` is in the collection. To be asked once the buffer is drained.
 */
export async function expectStoredExactlyOnce(system: System, load: Load): Promise<void> {
  const stored = await readStored(system);
  const dead = await readDeadLetters(system);
  const problems = load.writes.flatMap((write) => {
    const problem = problemOf(write, stored.get(write.n), dead);
    return problem === undefined ? [] : [`write ${write.n} (${write.tier}): ${problem}`];
  });
  for (const n of stored.keys()) {
    if (load.writes[n] === undefined) problems.push(`document ${n} was never sent`);
  }
  expect(problems).toEqual([]);
}

/** Ids of all dead letters. */
export async function readDeadLetters({ client }: System): Promise<ReadonlySet<string>> {
  const letters = await client.db(META_DATABASE).collection('deadLetters').find().toArray();
  return new Set(letters.map((letter) => String((letter['_id'] as Document)['w'])));
}

function problemOf(
  { state, answer }: LoadWrite,
  stored: Stored | undefined,
  dead: ReadonlySet<string>,
): string | undefined {
  const times = stored?.times ?? 0;
  const isDead = dead.has(String(answer['writeId']));
  if (state === 'open') return 'never came to an end';
  if (state === 'refused') return times === 0 ? undefined : `refused and stored ${times} times`;
  if (state === 'unknown') return times <= 1 ? undefined : `stored ${times} times`;
  if (isDead) return times === 0 ? undefined : 'a dead letter, and stored';
  if (times !== 1) return `acknowledged and stored ${times} times`;
  const id = String(answer['id']);
  return stored?.ids[0] === id ? undefined : `stored as ${String(stored?.ids[0])}, not as ${id}`;
}

async function readStored({ orders }: System): Promise<ReadonlyMap<number, Stored>> {
  const group = { _id: '$n', times: { $sum: 1 }, ids: { $push: '$_id' } };
  const rows = await orders
    .aggregate([{ $match: { n: { $exists: true } } }, { $group: group }])
    .toArray();
  return new Map(
    rows.map(({ _id, times, ids }) => [
      Number(_id),
      { times: Number(times), ids: (ids as unknown[]).map(String) },
    ]),
  );
}
