import type { Collection } from 'mongodb';
import { patchBody, patchedId } from '../drive/patch-body.ts';
import { benchErrors } from '../errors.ts';
import type { SubjectName } from '../plan/cases.ts';
import type { StartSubject, Subject } from '../start/subject.ts';
import { compareAll, fieldsOf, type Fields } from './compare-stored.ts';
import type { MeasuredCollection } from './measured-collection.ts';

const COMPARED: readonly SubjectName[] = ['plain', 'direct', 'buffered'];
const SAMPLE_PATCHES = 50;

/**
 * Sends the same patches through every case that patches and compares what then lies in MongoDB.
 * @throws HeadraceError `documents-differ`, `sample-refused`
 */
export async function comparePatched(bench: {
  readonly start: StartSubject;
  readonly collection: MeasuredCollection;
  readonly signal: AbortSignal;
}): Promise<void> {
  let plain: ReadonlyMap<string, Fields> | undefined;
  for (const name of COMPARED) {
    await bench.collection.fill(SAMPLE_PATCHES);
    const subject = await bench.start(name, 'patch-sample');
    try {
      for (let nth = 1; nth <= SAMPLE_PATCHES; nth += 1) await patch(name, subject, nth);
      await subject.drain(bench.signal);
    } finally {
      await subject.stop();
    }
    const stored = await readPatched(bench.collection.orders);
    await bench.collection.drop();
    plain ??= stored;
    compareAll(name, plain, stored);
  }
}

async function patch(what: string, subject: Subject, nth: number): Promise<void> {
  const url = `${subject.url}${subject.path}/${patchedId(nth).toHexString()}`;
  const headers = { 'content-type': subject.updateType };
  const answer = await fetch(url, { method: 'PATCH', headers, body: patchBody(nth) });
  const text = await answer.text();
  if (answer.ok) return;
  throw benchErrors.create('sample-refused', { what, status: answer.status, answer: text });
}

async function readPatched(orders: Collection): Promise<ReadonlyMap<string, Fields>> {
  // Those that no patch has reached are no match for any other.
  const patched = { reference: { $exists: true } };
  const documents = await orders.find(patched, { promoteValues: false }).toArray();
  return new Map(documents.map((document) => [String(document['orderId']), fieldsOf(document)]));
}
