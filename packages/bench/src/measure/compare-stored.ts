import { BSON, ObjectId, type Collection, type Document } from 'mongodb';
import { benchErrors } from '../errors.ts';
import type { SubjectName } from '../plan/cases.ts';
import type { StartSubject } from '../start/subject.ts';
import type { MeasuredCollection } from './measured-collection.ts';

/** Always compared; the plain route is what the others are held against. */
const COMPARED: readonly SubjectName[] = ['plain', 'strong', 'eventual'];

/**
 * Sends the same orders through every case that stores and compares what then lies in MongoDB, field
 * by field, types and order included; `_id` is another one each time, and always an ObjectId.
 * @throws HeadraceError `documents-differ`, `sample-refused`
 */
export async function compareStored(
  bodies: readonly string[],
  bench: {
    readonly start: StartSubject;
    readonly collection: MeasuredCollection;
    readonly signal: AbortSignal;
    readonly others: readonly SubjectName[];
  },
): Promise<void> {
  let plain: ReadonlyMap<string, Fields> | undefined;
  for (const name of [...COMPARED, ...bench.others]) {
    const subject = await bench.start(name, 'sample');
    try {
      for (const body of bodies) await post(name, `${subject.url}${subject.path}`, body);
      await subject.drain(bench.signal);
    } finally {
      await subject.stop();
    }
    const stored = await readOrders(bench.collection.orders);
    await bench.collection.drop();
    plain ??= stored;
    compareAll(name, plain, stored);
  }
}

async function post(what: string, url: string, body: string): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url, { method: 'POST', headers, body });
  const text = await answer.text();
  if (answer.ok) return;
  throw benchErrors.create('sample-refused', { what, status: answer.status, answer: text });
}

/** Fields in their order, values as canonical Extended JSON, which names every type. */
export type Fields = readonly (readonly [name: string, value: string])[];

/** Reads every document by its `orderId`. */
export async function readOrders(orders: Collection): Promise<ReadonlyMap<string, Fields>> {
  // Unpromoted, or an int32 and a double would be the same number.
  const documents = await orders.find({}, { promoteValues: false }).toArray();
  return new Map(documents.map((document) => [String(document['orderId']), fieldsOf(document)]));
}

export function fieldsOf(document: Document): Fields {
  return Object.entries(document)
    .map(([name, value]): [string, unknown] => [
      name,
      name === '_id' && value instanceof ObjectId ? 'an ObjectId' : value,
    ])
    .map(([name, value]): [string, string] => [
      name,
      BSON.EJSON.stringify({ value }, { relaxed: false }),
    ])
    .sort(([a], [b]) => Number(b === '_id') - Number(a === '_id')); // a server may move it to the front
}

/** @throws HeadraceError `documents-differ` at the first difference */
export function compareAll(
  what: string,
  expected: ReadonlyMap<string, Fields>,
  found: ReadonlyMap<string, Fields>,
): void {
  for (const [orderId, fields] of expected) {
    const others = found.get(orderId) ?? [];
    const length = Math.max(fields.length, others.length);
    for (let at = 0; at < length; at += 1) {
      const [field, value] = fields[at] ?? ['(none)', '(nothing)'];
      const [otherField, other] = others[at] ?? ['(none)', '(nothing)'];
      if (field === otherField && value === other) continue;
      throw benchErrors.create('documents-differ', {
        what,
        orderId,
        field,
        found: `${otherField} ${other}`,
        expected: `${field} ${value}`,
      });
    }
  }
}
