import type { RunningServer } from '@headrace/local-servers';
import { redisProxy, testRedis, waitFor } from '@headrace/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  append,
  appenderOf,
  backlog,
  bareWrite,
  freshNames,
  lookInto,
  outcome,
} from './lane-under-test.ts';

// Real replication: a master with one replica, which is stopped and resumed.
let master: RunningServer;
let replica: RunningServer;
beforeAll(async () => {
  master = await testRedis();
  replica = await testRedis({ extraArgs: ['--replicaof', `127.0.0.1 ${master.port}`] });
  const inStep = () => replica.logTail().includes('Finished with success');
  await waitFor(inStep, { what: 'the replica is in step' });
});
afterAll(async () => {
  replica.resume();
  await replica[Symbol.asyncDispose]();
  await master[Symbol.asyncDispose]();
});

const oneReplica = { redis: { minReplicas: 1 } };

it('answers once the replica holds the write, and says so', async () => {
  const names = freshNames();
  const appender = await appenderOf(master.uri, names, oneReplica);
  const answer = await append(appender, bareWrite());
  expect(answer).toMatchObject({ state: 'queued', durability: { replicas: 1 } });
  const copy = await lookInto(replica.uri);
  expect(await backlog(copy, names)).toBe(1);
  copy.close();
  await appender.stop();
});

it('answers below-tier, never queued, while the replica does not confirm; a repeat finds it confirmed', async () => {
  const names = freshNames();
  const appender = await appenderOf(master.uri, names, oneReplica);
  const write = bareWrite();
  replica.pause();
  expect(outcome(await append(appender, write))).toBe('below-tier: below-tier');
  // The same write again: it is known, and still held by nobody else.
  expect(outcome(await append(appender, write))).toBe('below-tier: below-tier');
  replica.resume();
  expect(await append(appender, write)).toMatchObject({
    ...{ state: 'queued', replayed: true },
    durability: { replicas: 1 },
  });
  const redis = await lookInto(master.uri);
  expect(await backlog(redis, names)).toBe(1);
  redis.close();
  await appender.stop();
});

it('writes before it waits where a connection has written nothing itself', async () => {
  const names = freshNames();
  const first = await appenderOf(master.uri, names, oneReplica);
  const redis = await lookInto(master.uri);
  const isMarked = () => redis.command('EXISTS', `${names.prefix}:mark`);
  const write = bareWrite();
  replica.pause();
  expect(outcome(await append(first, write))).toBe('below-tier: below-tier');
  expect(await isMarked()).toBe(0);
  await first.stop();
  // WAIT speaks of the writes of its own connection, and this one has only found a claim.
  const second = await appenderOf(master.uri, names, oneReplica);
  expect(outcome(await append(second, write))).toBe('below-tier: below-tier');
  expect(await isMarked()).toBe(1);
  replica.resume();
  await second.stop();
  redis.close();
});

it('repeats an append whose confirmation was lost, without queueing it twice', async () => {
  await using proxy = await redisProxy({ target: master });
  const names = freshNames();
  const appender = await appenderOf(proxy.url, names, oneReplica);
  proxy.cutBeforeReply(1, '$4\r\nWAIT');
  const answer = await append(appender, bareWrite({}, { keyed: false }));
  expect(answer).toMatchObject({ state: 'queued', replayed: false, durability: { replicas: 1 } });
  const redis = await lookInto(master.uri);
  expect(await backlog(redis, names)).toBe(1);
  redis.close();
  await appender.stop();
});
