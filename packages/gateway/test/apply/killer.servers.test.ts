import { testServers, waitFor, type TestServers } from '@headrace/testkit';
import type { Settle, Verdict, Write } from '@headrace/writer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gatewayErrors } from '../../src/errors.ts';
import type { OpenBufferWorker } from '../../src/compose-buffer.ts';
import { crash, wholeLane, type WholeLane } from './worker-under-test.ts';

let servers: TestServers;
beforeAll(async () => {
  servers = await testServers();
});
afterAll(() => servers[Symbol.asyncDispose]());

const documents = Array.from({ length: 12 }, (_, n) => ({ n }));

/** A worker that takes all and dies with it in hand. */
async function dieWithAll(lane: WholeLane): Promise<void> {
  let taken = 0;
  const worker = await lane.openWorker({ desk: lane.desk(() => (taken += 1)) });
  await waitFor(() => taken === documents.length, { what: 'all are in hand' });
  crash(worker);
}

async function expectAllApplied(lane: WholeLane): Promise<void> {
  await lane.drained();
  const stored = lane.orders.find({}, { projection: { _id: 0 } }).sort({ n: 1 });
  expect(await stored.toArray()).toEqual(documents);
  expect(await lane.deadLetters.countDocuments()).toBe(0);
}

describe('when two workers died with the same writes in hand', () => {
  it('the third one runs them singly, over all its partitions, and all are applied once', async () => {
    await using lane = await wholeLane(servers);
    await lane.queue(...documents);
    await dieWithAll(lane);
    await dieWithAll(lane);
    let underWay = 0;
    let mostUnderWay = 0;
    const desk = lane.desk((write: Write, settle: Settle) => {
      underWay += 1;
      mostUnderWay = Math.max(mostUnderWay, underWay);
      lane.writer.submit(write, (verdict) => {
        underWay -= 1;
        settle(verdict);
      });
    });
    await lane.openWorker({ desk });
    await expectAllApplied(lane);
    expect(mostUnderWay).toBe(1);
  });

  it('a write that killed two more alone is a dead letter, and nothing else is blamed', async () => {
    await using lane = await wholeLane(servers, 1);
    await lane.queue(...documents.slice(0, 6));
    const [killer] = await lane.queue({ n: -1 });
    await lane.queue(...documents.slice(6));
    let deaths = 0;
    for (let owner = 1; owner <= 5; owner += 1) {
      let isDead = false;
      const desk = lane.desk((write: Write, settle: Settle) => {
        if (isDead) return;
        if (write.writeId !== killer?.writeId) {
          lane.writer.submit(write, settle);
          return;
        }
        isDead = true;
        deaths += 1;
        void opening.then(crash);
      });
      const opening: Promise<OpenBufferWorker> = lane.openWorker({ desk });
      await opening;
      const isOver = async (): Promise<boolean> => isDead || (await lane.backlog()) === 0;
      await waitFor(isOver, { what: `owner ${owner} is dead or done`, deadlineMs: 20_000 });
    }
    expect(deaths).toBe(4);
    expect(await lane.backlog()).toBe(0);
    const letters = await lane.deadLetters.find().toArray();
    expect(letters.map(({ reason }) => (reason as { code: string }).code)).toEqual([
      'kills-its-worker',
    ]);
    const stored = lane.orders.find({}, { projection: { _id: 0 } }).sort({ n: 1 });
    expect(await stored.toArray()).toEqual(documents);
  });

  it('a write that had a verdict alone is not blamed for deaths after it, as in an outage', async () => {
    await using lane = await wholeLane(servers, 1);
    await lane.queue(...documents);
    const away: Verdict = {
      state: 'not-written',
      error: gatewayErrors.create('read-failed', {}),
    };
    for (let owner = 1; owner <= 6; owner += 1) {
      let verdicts = 0;
      const desk = lane.desk((_: Write, settle: Settle) => {
        verdicts += 1;
        settle(away);
      });
      const worker = await lane.openWorker({ desk });
      // The first is tried again only when each of them was tried.
      await waitFor(() => verdicts > documents.length, { what: 'all have a verdict' });
      crash(worker);
    }
    await lane.openWorker();
    await expectAllApplied(lane);
  });

  it('a worker that is stopped with a write alone in hand is no death', async () => {
    await using lane = await wholeLane(servers, 1);
    await lane.queue(...documents);
    await dieWithAll(lane);
    await dieWithAll(lane);
    for (let owner = 3; owner <= 5; owner += 1) {
      let taken = 0;
      const worker = await lane.openWorker({ desk: lane.desk(() => (taken += 1)) });
      await waitFor(() => taken > 0, { what: 'something is in hand' });
      await worker.stop();
    }
    await lane.openWorker();
    await expectAllApplied(lane);
  });
});
