import type { ChangeResult, Guarantee, Operation, Write } from '@headrace/writer';
import { serialize } from 'bson';
import { describe, expect, it } from 'vitest';
import { ListedCollections } from '../../src/accept/listed-collections.ts';
import { statusOf, takenLineText, writeReceipt, type Taken } from '../../src/accept/receipt.ts';
import { configure } from './test-gateway.ts';

const guarantee: Guarantee = { w: 'majority', j: 'requested', lowered: false };
const durability = { fsync: 'always', mayLoseOnFailover: false } as const;
const collection = new ListedCollections(
  configure({ mongodbUri: 'mongodb://h', database: 'shop' }),
).find('shop', 'orders');

const changed: ChangeResult = { matched: 1, modified: 1, upserted: false };
const unchanged: ChangeResult = { matched: 1, modified: 0, upserted: false };
const unknown: ChangeResult = { matched: 1, modified: undefined, upserted: false };
const upserted: ChangeResult = { matched: 0, modified: 0, upserted: true };

/** Every way a write can be taken: what is answered, and what it says of the document. */
const rows: readonly [Operation, 'applied' | 'queued', ChangeResult | undefined, number, object][] =
  [
    ['insert', 'applied', undefined, 201, {}],
    ['insert', 'queued', undefined, 202, {}],
    ['replace', 'applied', changed, 200, { matched: 1, modified: 1 }],
    ['replace', 'applied', unchanged, 200, { matched: 1, modified: 0 }],
    ['replace', 'applied', upserted, 201, { matched: 0, modified: 0, upserted: true }],
    ['replace', 'queued', undefined, 202, {}],
    ['patch', 'applied', changed, 200, { matched: 1, modified: 1 }],
    ['patch', 'applied', unknown, 200, { matched: 1 }],
    ['patch', 'applied', upserted, 201, { matched: 0, modified: 0, upserted: true }],
    ['patch', 'queued', undefined, 202, {}],
    ['delete', 'applied', changed, 200, { matched: 1, modified: 1 }],
    ['delete', 'queued', undefined, 202, {}],
  ];

describe.each([false, true])('the answer to a write that was taken (replayed: %s)', (replayed) => {
  it.each(rows)('%s %s %o: %d', (op, state, result, status, counts) => {
    const write = {
      ...{ op, writeId: '0190163d-8694-739b-aea5-966c26f8ad91', tier: 'strong' },
      document: serialize({ _id: 'a' }),
    } as unknown as Write;
    const taken: Taken =
      state === 'queued'
        ? { state, replayed, durability }
        : { state, replayed, guarantee, ...(result && { result }) };
    expect(statusOf(write, taken)).toBe(status);
    const receipt = JSON.parse(writeReceipt(write, taken, collection).json) as object;
    const line = JSON.parse(takenLineText(1, { write, taken, collection })) as object;
    expect(receipt).toMatchObject({ state, replayed, id: 'a' });
    expect(line).toMatchObject({ line: 1, status, state, replayed, id: 'a' });
    for (const told of [receipt, line]) {
      const { matched, modified, upserted: added } = told as Partial<ChangeResult>;
      expect(JSON.parse(JSON.stringify({ matched, modified, upserted: added }))).toEqual(counts);
    }
  });
});
