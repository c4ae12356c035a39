import { silentLog, type Log } from '@headrace/base';
import { expect, test } from 'vitest';
import type { PendingWrite } from '../../src/gather/pending-write-port.ts';
import type { Tier } from '../../src/gather/write-port.ts';
import { BatchRun } from '../../src/send/batch-run.ts';
import type { AttemptPort, BatchAttempt } from '../../src/send/attempt-port.ts';
import type { Judgement } from '../../src/send/judge-port.ts';
import { ResendPace } from '../../src/send/resend-pace.ts';
import { somePending, StandingClock, verdictLog } from '../gather/some-write.ts';

/** What the script makes of one attempt: the verdicts of its writes, or a wait for the test. */
type Step = (writes: readonly PendingWrite[]) => Partial<Judgement> | Promise<Partial<Judgement>>;

const applied = {
  state: 'applied',
  replayed: false,
  guarantee: { w: 'majority', j: 'requested', lowered: false },
} as const;

function runWith(steps: Step[], parts: { log?: Log; inSight?: () => boolean } = {}) {
  const clock = new StandingClock();
  const sent: BatchAttempt[] = [];
  const done: PendingWrite[] = [];
  const sentBack: PendingWrite[] = [];
  const insert: AttemptPort = {
    sendsAtOnce: true,
    attempt: async (request): Promise<Judgement> => {
      sent.push(request);
      return {
        verdicts: [],
        reason: 'as the script says',
        split: false,
        ...(await (steps.shift() ?? all)(request.writes)),
      };
    },
  };
  const runner = new BatchRun({
    attempts: { insert, transaction: insert },
    pace: new ResendPace(clock),
    primary: {
      get inSight() {
        return parts.inSight?.() ?? true;
      },
      find: () => Promise.resolve('none to be found'),
    },
    clock,
    log: parts.log ?? silentLog,
  });
  const start = (writes: PendingWrite[], tier: Tier = 'strong'): Promise<void> =>
    runner.run({ namespace: 'shop.orders', tier, mode: 'insert', writes }, 0, {
      done: (pending) => done.push(pending),
      sentBack: (follower) => sentBack.push(follower),
    });
  return { runner, clock, sent, done, sentBack, start };
}

const all: Step = (writes) => ({ verdicts: writes.map(() => applied) });
const none: Step = () => ({});
const split: Step = () => ({ split: true });

function held(): { step: Step; go: () => void } {
  let go = (): void => {};
  const gone = new Promise<void>((resolve) => {
    go = resolve;
  });
  return { step: () => gone.then(() => ({})), go };
}

test('only what is still open is sent again, in the same slot', async () => {
  const writes = [somePending(), somePending(), somePending()];
  const { sent, done, start } = runWith([() => ({ verdicts: [applied, undefined, applied] })]);
  await start(writes);
  expect(sent.map(({ writes: open, slot, number }) => [open.length, slot, number])).toEqual([
    [3, 0, 1],
    [1, 0, 2],
  ]);
  expect(done).toEqual([writes[0], writes[2], writes[1]]);
});

test('a write past its deadline is answered and dropped before it is ever sent', async () => {
  const told = verdictLog();
  const { sent, done, clock, start } = runWith([]);
  clock.nowMs = 50;
  const late = somePending({ deadlineAtMs: 50 }, told.settle);
  const good = somePending();
  await start([late, good]);
  expect(told.verdicts).toMatchObject([{ state: 'not-written' }]);
  expect(sent.map(({ writes }) => writes.length)).toEqual([1]);
  expect(done).toEqual([late, good]);
});

test('in flight at the deadline: answered then, unknown; done only once it is certain', async () => {
  const told = verdictLog();
  const wait = held();
  const { runner, done, start } = runWith([wait.step]);
  const pending = somePending({ deadlineAtMs: 50 }, told.settle);
  const over = start([pending]);
  runner.expire(49);
  expect(told.verdicts).toEqual([]);
  runner.expire(50);
  expect(told.verdicts).toMatchObject([{ state: 'unknown', error: { status: 504 } }]);
  expect(done).toEqual([]);
  pending.knowledge = 'maybe';
  wait.go();
  await over;
  expect(told.verdicts).toHaveLength(1);
  expect(done).toEqual([pending]);
});

test.each([
  ['maybe', 'unknown', 'outcome-unknown'],
  ['stored', 'below-tier', 'below-tier'],
  ['there', 'below-tier', 'below-tier'],
  ['never', 'not-written', 'database-unavailable'],
] as const)('at the deadline, %s stored: %s', async (knowledge, state, code) => {
  const told = verdictLog();
  const pending = somePending({ deadlineAtMs: 50 }, told.settle);
  const { clock, done, sent, start } = runWith([
    () => {
      pending.knowledge = knowledge;
      clock.nowMs = 50;
      return {};
    },
  ]);
  await start([pending]);
  expect(told.verdicts).toMatchObject([{ state, error: { code } }]);
  expect(done).toEqual([pending]);
  expect(sent).toHaveLength(knowledge === 'never' ? 1 : 2); // what may be there is confirmed
});

test('a refused command is sent in halves until it is known for whose sake', async () => {
  const poison = somePending();
  const writes = [...Array.from({ length: 6 }, () => somePending()), poison, somePending()];
  const told = verdictLog();
  const bad = somePending({}, told.settle);
  const judge: Step = (open) => {
    if (!open.includes(poison)) return { verdicts: open.map(() => applied) };
    if (open.length > 1) return { split: true };
    return { verdicts: [{ state: 'rejected', error: new Error('x') as never }] };
  };
  const { sent, done, start } = runWith(Array.from({ length: 40 }, () => judge));
  await start([...writes, bad]);
  expect(told.verdicts).toEqual([applied]);
  expect(new Set(done)).toEqual(new Set([...writes, bad]));
  expect(done).toHaveLength(9);
  expect(sent.length).toBeLessThanOrEqual(10);
});

test('the second half is answered at its deadlines while the first is stuck', async () => {
  const wait = held();
  const told = verdictLog();
  const { runner, clock, sent, done, start } = runWith([split, wait.step]);
  const over = start([somePending(), somePending({ deadlineAtMs: 50 }, told.settle)]);
  await expect.poll(() => sent.length).toBe(2);
  clock.nowMs = 50;
  runner.expire(50);
  expect(told.verdicts).toMatchObject([{ state: 'not-written' }]);
  wait.go();
  await over;
  expect(sent.map(({ writes }) => writes.length)).toEqual([2, 1, 1]);
  expect(done).toHaveLength(2);
});

test('nothing is sent while no primary is in sight; certain at the deadline', async () => {
  const told = verdictLog();
  const clockAt = { nowMs: 0 };
  const { clock, sent, start } = runWith([], {
    inSight: () => {
      clock.nowMs = clockAt.nowMs;
      clockAt.nowMs += 20;
      return false;
    },
  });
  await start([somePending({ deadlineAtMs: 50 }, told.settle)]);
  expect(sent).toEqual([]);
  expect(told.verdicts).toMatchObject([
    { state: 'not-written', error: { code: 'database-unavailable' } },
  ]);
});

test('a fault of the sender or judge costs neither the slot nor the truth', async () => {
  const errors: string[] = [];
  const log = { ...silentLog, error: (_: unknown, text: string) => void errors.push(text) };
  const told = verdictLog();
  const { clock, done, start } = runWith(
    [
      () => {
        clock.nowMs = 50;
        throw new TypeError('a fault');
      },
    ],
    { log },
  );
  await start([somePending({ deadlineAtMs: 50 }, told.settle)]);
  expect(told.verdicts).toMatchObject([{ state: 'unknown' }]);
  expect(errors).toEqual(['a batch could not be sent or judged']);
  expect(done).toHaveLength(1);
});

test('abort answers with what is known, sends nothing more and ends', async () => {
  const told = verdictLog();
  const maybe: Step = ([pending]) => {
    if (pending) pending.knowledge = 'maybe';
    return {};
  };
  const { runner, sent, done, start } = runWith([maybe, ...Array<Step>(99).fill(none)]);
  const over = start([somePending({}, told.settle)]);
  await expect.poll(() => sent.length).toBeGreaterThan(0);
  runner.abort();
  await over;
  const before = sent.length;
  await start([somePending({}, told.settle)]);
  expect(told.verdicts).toMatchObject([{ state: 'unknown' }, { state: 'not-written' }]);
  expect(sent).toHaveLength(before);
  expect(done).toHaveLength(2);
});

test.each([
  ['strong', 53, 54],
  ['eventual', 80, 400],
] as const)('40 batches of %s fail at once: %i to %i attempts', async (tier, least, most) => {
  // The clock stands, so that there are the tokens of the start, and a tenth of 40.
  const { runner, sent, start } = runWith(Array<Step>(400).fill(none));
  const all = Array.from({ length: 40 }, () => start([somePending()], tier));
  await expect.poll(() => sent.length).toBeGreaterThanOrEqual(least);
  runner.abort();
  await Promise.all(all);
  expect(sent.length).toBeLessThanOrEqual(most);
});

/** A leader, two that follow it, and one of another document. */
function company(): PendingWrite[] {
  const writes = [somePending(), somePending(), somePending(), somePending()];
  for (const follower of writes.slice(1, 3)) follower.follows = true;
  return writes;
}

test.each([
  ['refused', { atOnce: true }, true],
  ['to be halved', { split: true }, true],
  ['in conflict with another transaction', { conflict: true }, false],
  ['failed', {}, false],
] as const)('%s: followers leave, the last one first', async (_how, judgement, goesAlone) => {
  const writes = company();
  const { sent, done, sentBack, start } = runWith([() => judgement]);
  await start(writes);
  expect(sentBack).toEqual([writes[2], writes[1]]);
  expect(sentBack.map((follower) => follower.goesAlone)).toEqual([goesAlone, goesAlone]);
  expect(sent[0]?.writes).toHaveLength(4);
  expect(done).toEqual([writes[0], writes[3]]);
});

test('followers that are done with their leader are not sent back', async () => {
  const writes = company();
  const { done, sentBack, start } = runWith([]);
  await start(writes);
  expect([done, sentBack]).toEqual([writes, []]);
});

test('a follower that may be stored stays behind its leader, and nothing overtakes it', async () => {
  const writes = company();
  const doubt: Step = (open) => {
    for (const pending of open) pending.knowledge = 'maybe';
    return {};
  };
  const conflict: Step = () => ({ conflict: true });
  const { done, sentBack, start } = runWith([doubt, ...Array<Step>(5).fill(conflict)]);
  await start(writes);
  expect(sentBack).toEqual([]);
  expect(done).toEqual(writes);
});
