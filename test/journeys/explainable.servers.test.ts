import { failpoint } from '@headrace/testkit';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { HeadraceProcess } from './headrace-process.ts';
import { HttpCaller } from './http-caller.ts';
import { expectBufferDrained } from './invariants/buffer-drained.ts';
import { canBeExplained, type Seen } from './model/explain.ts';
import { runScript, type Planned } from './model/model-caller.ts';
import type { ModelOperation, ModelState } from './model/sequential-model.ts';
import { CHANGED, startSystem, type System } from './start-system.ts';

// Random operations on few documents from several callers, with processes killed and answers lost in
// between, those of Headrace too: then they are asked for again, of another gateway where there is
// one. Whatever happens must be what some order of the operations would have done.

const DOCUMENTS = 2;
const letter = fc.constantFrom('a', 'b');
const operation: fc.Arbitrary<ModelOperation> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ kind: 'insert', by: '' } as const) },
  fc.constant({ kind: 'replace', by: '' } as const),
  fc.constant({ kind: 'upsert', by: '' } as const),
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('merge' as const), s: fc.option(letter) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('mergeIf' as const), s: letter, ifS: letter }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('increment' as const),
      by: fc.integer({ min: 1, max: 9 }),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ kind: 'delete' } as const) },
  fc.record({ kind: fc.constant('deleteIf' as const), ifS: letter }),
);
const planned = fc.record({
  ...{ document: fc.nat(DOCUMENTS - 1), operation },
  ...{ isKeyed: fc.boolean(), losesAnswer: fc.boolean() },
});
/** In the direct lane many callers crowd a document; in the buffered one each sends on unheard. */
const scripts = {
  direct: fc.array(fc.array(planned, { minLength: 4, maxLength: 6 }), crowd(8)),
  buffered: fc.array(fc.array(planned, { minLength: 6, maxLength: 12 }), crowd(3)),
};
/** After how many operations of all callers it happens. */
const fault = fc.record({
  after: fc.integer({ min: 1, max: 20 }),
  what: fc.constantFrom('kill', 'lost commit', 'lost update', 'conflict'),
});
type Script = readonly (typeof planned extends fc.Arbitrary<infer Value> ? Value : never)[];
type Fault = typeof fault extends fc.Arbitrary<infer Value> ? Value : never;

let runs = 0;

function crowd(callers: number): fc.ArrayConstraints {
  return { minLength: callers, maxLength: callers };
}

/** Names what a script leaves open: documents of this run, and idempotency keys. */
function plan(steps: Script, run: number, caller: number): Planned[] {
  return steps.map(({ document, operation: asked, isKeyed, losesAnswer }, at) => {
    const name = `${run}-${caller}-${at}`;
    const operation =
      asked.kind === 'insert' || asked.kind === 'replace' || asked.kind === 'upsert'
        ? { ...asked, by: name }
        : asked;
    const idempotencyKey = isKeyed || operation.kind === 'increment' ? name : undefined;
    return { id: `d${run}-${document}`, operation, idempotencyKey, losesAnswer };
  });
}

async function inject({ what }: Fault, system: System, killed: HeadraceProcess): Promise<void> {
  if (what === 'kill') {
    await killed.kill();
    await killed.restart();
  } else {
    const commands =
      what === 'lost update' ? ['update', 'delete', 'insert'] : ['commitTransaction'];
    const outcome =
      what === 'conflict'
        ? { errorCode: 112, errorLabels: ['TransientTransactionError'] }
        : { closeConnection: true };
    await failpoint(system.client, { commands, times: 1, ...outcome });
  }
}

async function stateOf(
  system: System,
  lane: 'direct' | 'buffered',
  id: string,
): Promise<ModelState> {
  const collection = system.client.db('shop').collection<{ _id: string }>(CHANGED[lane]);
  const stored = await collection.findOne({ _id: id });
  return stored === null ? undefined : (stored as unknown as ModelState);
}

interface Stage {
  readonly system: System;
  readonly http: HttpCaller;
  /** Callers take turns; each stays with its own, but for what it sends again. */
  readonly gateways: readonly HeadraceProcess[];
  readonly killed: HeadraceProcess;
  readonly lane: 'direct' | 'buffered';
}

/** One run: all callers at once, the faults in between; then every document is explained. */
async function expectExplained(stage: Stage, all: readonly Script[], faults: readonly Fault[]) {
  const { system, http, gateways, lane } = stage;
  const run = (runs += 1);
  let done = 0;
  const waiting = [...faults].sort((a, b) => a.after - b.after);
  let injecting: Promise<void> = Promise.resolve();
  const onDone = (): void => {
    done += 1;
    if (waiting[0] === undefined || waiting[0].after > done) return;
    const next = waiting.shift() as Fault;
    injecting = injecting.then(() => inject(next, system, stage.killed));
  };
  const url = (at: number): string =>
    `${gateways[at % gateways.length]?.url ?? ''}/v1/db/shop/${CHANGED[lane]}`;
  const histories = await Promise.all(
    all.map((steps, caller) =>
      runScript(plan(steps, run, caller), {
        ...{ http, lane, onDone },
        url: (isAgain) => url(isAgain ? caller + 1 : caller),
      }),
    ),
  );
  await injecting;
  if (lane === 'buffered') await expectBufferDrained(system);
  for (let document = 0; document < DOCUMENTS; document += 1) {
    const id = `d${run}-${document}`;
    const history: Seen[][] = histories.map((seen) => seen.filter((one) => one.id === id));
    const stored = await stateOf(system, lane, id);
    expect(
      canBeExplained(history, stored),
      `${id} is ${JSON.stringify(stored)} after\n${history.map((one) => JSON.stringify(one)).join('\n')}`,
    ).toBe(true);
  }
}

function propertyOf(stage: Stage): fc.IAsyncProperty<[Script[], Fault[]]> {
  const faults = fc.array(fault, { maxLength: 3 });
  return fc.asyncProperty(scripts[stage.lane], faults, (all, some) =>
    expectExplained(stage, all, some),
  );
}

describe('what callers of changes see and what is stored can be explained', () => {
  let system: System;
  beforeAll(async () => {
    system = await startSystem();
    return () => system[Symbol.asyncDispose]();
  });

  test('in the direct lane, with two gateways', async () => {
    using http = new HttpCaller();
    await using gateway = await system.start('gateway');
    await using other = await system.start('gateway');
    const gateways = [gateway, other];
    const stage: Stage = { system, http, gateways, killed: gateway, lane: 'direct' };
    await fc.assert(propertyOf(stage), { numRuns: 8, endOnFailure: true });
  });

  test('in the buffered lane', async () => {
    using http = new HttpCaller();
    await using gateway = await system.start('gateway');
    await using worker = await system.start('worker');
    const stage: Stage = { system, http, gateways: [gateway], killed: worker, lane: 'buffered' };
    await fc.assert(propertyOf(stage), { numRuns: 3, endOnFailure: true });
  });
});
