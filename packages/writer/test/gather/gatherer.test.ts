import { expect, test } from 'vitest';
import type { Batch, BatchEnds } from '../../src/gather/batch-runner-port.ts';
import { ByteBudget } from '../../src/gather/byte-budget.ts';
import { Gatherer } from '../../src/gather/gatherer.ts';
import type { Verdict } from '../../src/gather/write-port.ts';
import { someWrite, StandingClock, verdictLog } from './some-write.ts';

const applied: Verdict = {
  state: 'applied',
  replayed: false,
  guarantee: { w: 'majority', j: 'requested', lowered: false },
};

/** Holds every batch until the test ends it. */
class HeldRuns {
  readonly runs: { batch: Batch; slot: number; end: (verdict?: Verdict) => void }[] = [];

  run(batch: Batch, slot: number, { done }: BatchEnds): Promise<void> {
    return new Promise((resolve) => {
      const end = (verdict = applied): void => {
        for (const pending of batch.writes) {
          pending.answer(verdict);
          done(pending);
        }
        resolve();
      };
      this.runs.push({ batch, slot, end });
    });
  }
}

function gathererWith(limitBytes = 1_000_000) {
  const runner = new HeldRuns();
  const budget = new ByteBudget(limitBytes);
  const gatherer = new Gatherer({
    runner,
    clock: new StandingClock(),
    budget,
    concerns: { refusal: () => undefined },
    slotsPerTier: { insert: 2, transaction: 2 },
    caps: {
      insert: { maxWrites: 1000, maxBytes: 1_000_000 },
      transaction: { maxWrites: 3, maxBytes: 1_000_000 },
    },
  });
  return { runner, budget, gatherer, runs: runner.runs };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('a lone write leaves in the turn that brought it; what comes meanwhile goes together', async () => {
  const { gatherer, runs } = gathererWith();
  gatherer.submit(someWrite(), () => {});
  await turn();
  expect(runs.map(({ batch }) => batch.writes.length)).toEqual([1]);
  for (let n = 0; n < 10; n += 1) gatherer.submit(someWrite(), () => {});
  await turn();
  for (let n = 0; n < 20; n += 1) gatherer.submit(someWrite(), () => {});
  await turn();
  expect(runs.map(({ batch }) => batch.writes.length)).toEqual([1, 10]);
  runs[0]?.end();
  await turn();
  await turn();
  expect(runs.map(({ batch }) => batch.writes.length)).toEqual([1, 10, 20]);
  expect(runs[2]?.slot).toBe(runs[0]?.slot);
});

test('tiers never share a batch or wait for each other’s slots', async () => {
  const { gatherer, runs } = gathererWith();
  for (const tier of ['strong', 'balanced', 'eventual'] as const) {
    for (let n = 0; n < 3; n += 1) gatherer.submit(someWrite({ tier }), () => {});
  }
  await turn();
  expect(runs.map(({ batch }) => [batch.tier, batch.writes.length])).toEqual([
    ['strong', 3],
    ['balanced', 3],
    ['eventual', 3],
  ]);
  for (const { batch } of runs)
    expect(batch.writes.every(({ write }) => write.tier === batch.tier)).toBe(true);
});

test('two writes of one document are never under way together, over all tiers', async () => {
  const { gatherer, runs } = gathererWith();
  const same = { canonicalId: 'n1' };
  const tiers = ['strong', 'balanced', 'strong'] as const;
  for (const tier of tiers) gatherer.submit(someWrite({ ...same, tier }), () => {});
  for (const tier of tiers) {
    await turn();
    await turn();
    expect(runs).toHaveLength(1);
    expect(runs[0]?.batch.tier).toBe(tier);
    runs.shift()?.end();
  }
});

test('a rejected write and a refused one let the next one pass', async () => {
  const { gatherer, runs } = gathererWith();
  const first = verdictLog();
  const second = verdictLog();
  gatherer.submit(someWrite({ canonicalId: 'n1' }), first.settle);
  gatherer.submit(someWrite({ canonicalId: 'n1' }), second.settle);
  await turn();
  runs[0]?.end({ state: 'rejected', error: new Error('x') as never });
  await turn();
  await turn();
  runs[1]?.end();
  expect(first.verdicts.map(({ state }) => state)).toEqual(['rejected']);
  expect(second.verdicts.map(({ state }) => state)).toEqual(['applied']);
});

test('the 66th write of one document is refused, and nothing is told before submit returns', async () => {
  const { gatherer, budget } = gathererWith();
  const told = verdictLog();
  for (let n = 0; n < 66; n += 1) gatherer.submit(someWrite({ canonicalId: 'n1' }), told.settle);
  expect(told.verdicts).toEqual([]);
  await turn();
  expect(told.verdicts).toMatchObject([
    { state: 'not-written', error: { code: 'document-busy', status: 429 } },
  ]);
  expect([gatherer.held, budget.usedBytes]).toEqual([65, 650]);
});

test('the bytes held are counted from submit until the outcome is certain', async () => {
  const { gatherer, budget, runs } = gathererWith(25);
  const told = verdictLog();
  for (let n = 0; n < 3; n += 1) gatherer.submit(someWrite(), told.settle);
  await turn();
  expect(told.verdicts).toMatchObject([
    { state: 'not-written', error: { code: 'over-capacity', status: 503 } },
  ]);
  expect(budget.usedBytes).toBe(20);
  runs[0]?.end();
  expect([budget.usedBytes, gatherer.held]).toEqual([0, 0]);
});

test('a write whose deadline passes while it waits is answered and never sent', async () => {
  const { gatherer, runs, budget } = gathererWith();
  gatherer.submit(someWrite({ canonicalId: 'n1' }), () => {});
  await turn();
  gatherer.submit(someWrite(), () => {});
  await turn();
  const told = verdictLog();
  gatherer.submit(someWrite({ deadlineAtMs: 50 }), told.settle);
  gatherer.submit(someWrite({ canonicalId: 'n1', deadlineAtMs: 50 }), told.settle);
  gatherer.expire(49);
  expect(told.verdicts).toEqual([]);
  gatherer.expire(50);
  expect(told.verdicts).toMatchObject(
    Array(2).fill({ state: 'not-written', error: { code: 'deadline-passed' } }),
  );
  for (const run of runs.slice()) run.end();
  await turn();
  await turn();
  expect(runs).toHaveLength(2);
  expect([gatherer.held, budget.usedBytes]).toEqual([0, 0]);
});

test('a document opens again when its waiting write expired in the lane', async () => {
  const { gatherer, runs } = gathererWith();
  for (let n = 0; n < 2; n += 1) {
    gatherer.submit(someWrite(), () => {});
    await turn();
  }
  gatherer.submit(someWrite({ canonicalId: 'n1', deadlineAtMs: 50 }), () => {});
  gatherer.submit(someWrite({ canonicalId: 'n1' }), () => {});
  gatherer.expire(50);
  runs[0]?.end();
  await turn();
  await turn();
  expect(runs[2]?.batch.writes.map(({ write }) => write.canonicalId)).toEqual(['n1']);
});

test('drain refuses what comes later and ends with the last outcome', async () => {
  const { gatherer, runs } = gathererWith();
  gatherer.submit(someWrite({ canonicalId: 'n1' }), () => {});
  gatherer.submit(someWrite({ canonicalId: 'n1' }), () => {});
  await turn();
  let isDrained = false;
  const drained = gatherer.drain().then(() => {
    isDrained = true;
  });
  const late = verdictLog();
  gatherer.submit(someWrite(), late.settle);
  await turn();
  expect(late.verdicts).toMatchObject([{ state: 'not-written', error: { code: 'stopping' } }]);
  runs[0]?.end();
  await turn();
  await turn();
  expect(isDrained).toBe(false);
  runs[1]?.end();
  await drained;
  expect(gatherer.held).toBe(0);
});

test('a caller whose callback throws hurts no other write, and the fault is not swallowed', async () => {
  const { gatherer, runs, budget } = gathererWith(25);
  const warnings: string[] = [];
  const warn = (warning: Error): void => {
    warnings.push(warning.message);
  };
  process.on('warning', warn);
  const bad = (): void => {
    throw new TypeError('a fault in the callback');
  };
  const good = verdictLog();
  gatherer.submit(someWrite(), bad);
  gatherer.submit(someWrite(), good.settle);
  gatherer.submit(someWrite(), bad); // over capacity: told from a microtask
  await turn();
  runs[0]?.end();
  await turn();
  await turn();
  process.off('warning', warn);
  expect(good.verdicts).toEqual([applied]);
  expect([gatherer.held, budget.usedBytes]).toEqual([0, 0]);
  expect(warnings).toEqual(Array(2).fill('a fault in the callback'));
});
