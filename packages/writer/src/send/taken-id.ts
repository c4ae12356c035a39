import type { MongoClient } from 'mongodb';
import { writerErrors } from '../errors.ts';
import type { PendingWrite } from '../gather/pending-write-port.ts';
import type { Guarantee, Verdict } from '../gather/write-port.ts';
import { compareWithStored } from '../judge/stored-documents-port.ts';

export interface TakenId {
  readonly client: MongoClient;
  readonly pending: PendingWrite;
  readonly guarantee: Guarantee;
}

/**
 * What becomes of an insert whose `_id` is taken though its write id is not in the ledger.
 *
 * Where the caller named the `_id`, somebody else's document is there. Where it was made of the
 * write id, nobody but this write can have made it; that it is not in the ledger means that its row
 * has expired, or that it was inserted while the collection took inserts only. Then the document
 * decides, as it does there: equal is a replay. One that differs was other content under this key,
 * or has been changed since, which is a new write's business, not a repeat's.
 * @returns undefined where the document is gone by now, or not there to stay
 * @throws MongoError when it can't be read
 */
export async function judgeTakenId(taken: TakenId): Promise<Verdict | undefined> {
  const { client, pending, guarantee } = taken;
  const { idOrigin, namespace, writeId } = pending.write;
  const duplicate = (): Verdict => ({
    state: 'rejected',
    error: writerErrors.create('duplicate', { index: '_id_', fields: ['_id'] }),
  });
  if (idOrigin === 'caller') return duplicate();
  const wanted = { namespace, writes: [pending], readConcern: 'majority' } as const;
  const [comparison] = await compareWithStored(client, wanted);
  if (comparison === 'equal') return { state: 'applied', replayed: true, guarantee };
  if (comparison !== 'different') return undefined;
  if (idOrigin === 'random') return duplicate();
  return { state: 'rejected', error: writerErrors.create('key-reused', { writeId }) };
}
