import type { ChangeResult, Guarantee, Write } from '@headrace/writer';
import { idTexts } from './bson-id.ts';
import type { BufferDurability } from './lanes-port.ts';
import type { ListedCollection } from './listed-collections.ts';

/** What a lane promised about a write it took. */
export type Taken =
  | {
      readonly state: 'applied';
      readonly replayed: boolean;
      /** What a change did; undefined for an insert. */
      readonly result?: ChangeResult;
      readonly guarantee: Guarantee;
    }
  | { readonly state: 'queued'; readonly replayed: boolean; readonly durability: BufferDurability };

export interface Receipt {
  readonly json: string;
  /** Where the state of the write can be asked for. */
  readonly location: string;
}

/** 202 queued, 201 a document more, 200 a document changed or gone; a replay has the first one. */
export function statusOf(write: Pick<Write, 'op'>, taken: Taken): 200 | 201 | 202 {
  if (taken.state === 'queued') return 202;
  return write.op === 'insert' || taken.result?.upserted === true ? 201 : 200;
}

/** The receipt of a write. Written as text, as it is made once for every write. */
export function writeReceipt(write: Write, taken: Taken, collection: ListedCollection): Receipt {
  const id = idTexts(write.document, collection.rules.idType);
  const location = locationOf(write, collection, id.path);
  const lane = taken.state === 'applied' ? 'direct' : 'buffered';
  const json =
    `{"writeId":"${write.writeId}","id":${id.json},"lane":"${lane}","tier":"${write.tier}"` +
    `,"state":"${taken.state}","replayed":${taken.replayed ? 'true' : 'false'}${done(taken)}` +
    `,"guaranteed":${guaranteed(taken)},"location":"${location}"}`;
  return { json, location };
}

/** One line of a `_bulk` answer for a line of the request that was taken. */
export function takenLineText(
  line: number,
  outcome: { readonly write: Write; readonly taken: Taken; readonly collection: ListedCollection },
): string {
  const { write, taken, collection } = outcome;
  const id = idTexts(write.document, collection.rules.idType);
  return (
    `{"line":${line},"status":${statusOf(write, taken)},"writeId":"${write.writeId}"` +
    `,"id":${id.json},"state":"${taken.state}"` +
    `,"replayed":${taken.replayed ? 'true' : 'false'}${done(taken)}}`
  );
}

/** What a change did; `modified` only where it is known of this very write. */
function done(taken: Taken): string {
  if (taken.state === 'queued' || taken.result === undefined) return '';
  const { matched, modified, upserted } = taken.result;
  const known = modified === undefined ? '' : `,"modified":${modified}`;
  return `,"matched":${matched}${known}${upserted ? ',"upserted":true' : ''}`;
}

function locationOf(
  write: Write,
  collection: ListedCollection,
  idPath: string | undefined,
): string {
  const base = `/v1/writes/${write.writeId}?ns=${collection.encodedNamespace}`;
  return idPath === undefined ? base : `${base}&id=${idPath}`;
}

function guaranteed(taken: Taken): string {
  if (taken.state === 'applied') return direct(taken.guarantee);
  const { fsync, mayLoseOnFailover, replicas } = taken.durability;
  const held = replicas === undefined ? '' : `,"replicas":${replicas}`;
  return (
    `{"redis":{"fsync":"${fsync}","mayLoseOnFailover":${mayLoseOnFailover ? 'true' : 'false'}${held}}` +
    `,"then":{"w":"majority","j":"requested"}}`
  );
}

function direct(guarantee: Guarantee): string {
  const w = typeof guarantee.w === 'number' ? String(guarantee.w) : '"majority"';
  const j = guarantee.j === true ? 'true' : '"requested"';
  return `{"w":${w},"j":${j}${guarantee.lowered ? ',"lowered":true' : ''}}`;
}
