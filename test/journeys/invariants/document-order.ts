import type { Collection } from 'mongodb';
import { expect } from 'vitest';

/**
 * Of the inserts that name one `_id`, sent one after the other, the one acknowledged first is the
 * one that is stored.
 */
export async function expectFirstStored(
  collection: Collection,
  firsts: readonly { readonly _id: string; readonly n: number }[],
): Promise<void> {
  const ids = firsts.map(({ _id }) => _id);
  const stored = await collection
    .find({ _id: { $in: ids } } as object, { projection: { n: 1 }, sort: { n: 1 } })
    .toArray();
  expect(stored.map(({ _id, n }) => ({ _id: String(_id), n: Number(n) }))).toEqual(firsts);
}
