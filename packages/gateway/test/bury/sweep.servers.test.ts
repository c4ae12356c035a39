import { testServers, waitFor, type TestServers } from '@headrace/testkit';
import { Binary, UUID, type Collection } from 'mongodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { deadLetterOf, partsOf, type DeadLetterPart } from '../../src/bury/dead-letter.ts';
import { openLetters } from '../../src/compose-dead-letters.ts';
import { gatewayErrors } from '../../src/errors.ts';
import { wholeLane, type WholeLane } from '../apply/worker-under-test.ts';

let servers: TestServers;
beforeAll(async () => {
  servers = await testServers();
});
afterAll(() => servers[Symbol.asyncDispose]());

const partsIn = (lane: WholeLane): Collection<DeadLetterPart> =>
  lane.mongo.db(lane.database).collection<DeadLetterPart>('deadLetterParts');

/** The death of a write whose frame is cut in two. */
function death(lane: WholeLane) {
  const write = lane.write({ _id: 'large' });
  return {
    entry: {
      id: Buffer.from('1-1'),
      tenant: 'default',
      frame: Buffer.alloc(5_000_000, 7),
      suspect: false,
    },
    ...{ write, error: gatewayErrors.create('internal-error'), attempts: 1, atEpochMs: Date.now() },
  };
}

async function age(lane: WholeLane, minutes: number): Promise<void> {
  await partsIn(lane).updateMany({}, { $set: { at: new Date(Date.now() - minutes * 60_000) } });
}

it('a worker sweeps old parts that have no letter, when it starts', async () => {
  await using lane = await wholeLane(servers, 1);
  const _id = { w: new UUID(), f: new Binary(Buffer.alloc(32)), n: 1 };
  await partsIn(lane).insertOne({ _id, bytes: new Binary(Buffer.alloc(8)) });
  await age(lane, 61);
  await lane.openWorker();
  const isSwept = async (): Promise<boolean> => (await partsIn(lane).countDocuments()) === 0;
  await waitFor(isSwept, { what: 'the part is swept' });
});

it('leaves young parts, and those that have a letter', async () => {
  await using lane = await wholeLane(servers, 1);
  const { parts, states } = openLetters(lane.writer, lane.database);
  const large = death(lane);
  await parts.keep(partsOf(large));
  await age(lane, 59);
  expect(await parts.sweep()).toBe(0);
  await parts.keep(partsOf(large));
  expect(await states.add([deadLetterOf(large)], partsOf(large))).toBe(true);
  await age(lane, 600);
  expect(await parts.sweep()).toBe(0);
  await lane.deadLetters.deleteMany({});
  expect(await parts.sweep()).toBe(1);
});

it('a letter is not written over parts so old that a sweep may take them', async () => {
  await using lane = await wholeLane(servers, 1);
  const { parts, states } = openLetters(lane.writer, lane.database);
  const large = death(lane);
  await parts.keep(partsOf(large));
  await age(lane, 31);
  expect(await states.add([deadLetterOf(large)], partsOf(large))).toBe(false);
  expect(await lane.deadLetters.countDocuments()).toBe(0);
  await parts.keep(partsOf(large));
  expect(await states.add([deadLetterOf(large)], partsOf(large))).toBe(true);
});
