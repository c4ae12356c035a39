import type { RunningServer } from '@headrace/local-servers';
import { testServers, waitFor, wireProxy, type TestServers } from '@headrace/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wholeLane } from './worker-under-test.ts';

let servers: TestServers;
beforeAll(async () => {
  servers = await testServers();
});
afterAll(() => servers[Symbol.asyncDispose]());

const WRITES = 20;

describe.each([
  ['none', 'insert'],
  ['buffered', 'commitTransaction'],
] as const)('what is queued with changes: %s', (changes, command) => {
  it('stays in Redis until the majority holds it, and is no dead letter meanwhile', async () => {
    await using proxy = await wireProxy({ target: servers.mongodb });
    const uri = { value: proxy.uri };
    const mongodb = Object.create(servers.mongodb, { uri }) as RunningServer;
    await using lane = await wholeLane({ ...servers, mongodb }, 4, changes);
    await lane.openWorker();
    await lane.queue({ _id: 'first' });
    await lane.drained();

    const concerns = (): unknown[] =>
      proxy.commands
        .filter(
          ({ name, namespace }) =>
            name === command && [lane.namespace, 'admin'].includes(namespace),
        )
        .map(({ writeConcern }) => writeConcern);
    proxy.secondMember('down');
    await lane.queue(...Array.from({ length: WRITES }, (_, n) => ({ _id: n, n })));
    const isStored = async (): Promise<boolean> =>
      (await lane.orders.countDocuments()) === WRITES + 1;
    await waitFor(isStored, { what: 'the primary has all of them' });
    const before = concerns().length;
    await waitFor(() => concerns().length >= before + 3, { what: 'they are sent again' });
    expect(await lane.backlog()).toBe(WRITES);
    expect(await lane.deadLetters.countDocuments()).toBe(0);

    proxy.secondMember('up');
    await lane.drained();
    expect(await lane.orders.countDocuments()).toBe(WRITES + 1);
    expect(await lane.deadLetters.countDocuments()).toBe(0);
    for (const concern of concerns()) {
      expect(concern).toEqual({ w: 'majority', j: true, wtimeout: 5000 });
    }
  });
});
