import { freshDatabaseName, testMongo } from '@headrace/testkit';
import type { RunningServer } from '@headrace/local-servers';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { changeDesk, type ChangeDesk } from './change-desk.ts';

let server: RunningServer;
let desk: ChangeDesk;

beforeAll(async () => {
  server = await testMongo();
});
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(async () => {
  desk = await changeDesk({ uri: server.uri });
});
afterEach(() => desk[Symbol.asyncDispose]());

test('a batch of all operations: each caller is answered for its own document', async () => {
  await desk.truth.insertMany([1, 2, 3, 4].map((_id) => ({ _id: _id as never, n: 0 })));
  const answers = await Promise.all([
    desk.patch(1, { update: { $set: { n: 1 } } }),
    desk.patch(9, { update: { $set: { n: 1 } } }),
    desk.patch(2, { update: { $set: { n: 1 } }, if: { n: 0 } }),
    desk.patch(3, { update: { $set: { n: 1 } }, if: { n: 5 } }),
    desk.remove(4),
    desk.remove(8),
    desk.replace(7, { n: 7 }, { upsert: true }),
    desk.replace(6, { n: 7 }),
    desk.insert({ _id: 5, n: 5 }, { key: 'five' }),
  ]);
  expect(answers).toEqual(
    [
      '200 matched 1',
      '404 document-absent',
      '200 matched 1',
      '412 condition-failed',
      '200 matched 1 modified 1',
      '404 document-absent',
      '200 upserted',
      '404 document-absent',
      '200',
    ].map((text) => expect.stringContaining(text) as unknown),
  );
  expect(await desk.stored()).toEqual([
    { _id: 1, n: 1 },
    { _id: 2, n: 1 },
    { _id: 3, n: 0 },
    { _id: 5, n: 5 },
    { _id: 7, n: 7 },
  ]);
});

const set = (n: number) => ({ update: { $set: { n } } });

test.each(['keyed', 'keyless'] as const)('%s: alone, each operation is answered', async (how) => {
  const terms = (key: string) => (how === 'keyed' ? { key } : {});
  await desk.truth.insertOne({ _id: 1 as never, n: 0 });
  expect(await desk.patch(1, set(1), terms('a'))).toBe('200 matched 1 modified 1');
  expect(await desk.patch(1, set(1), terms('b'))).toBe('200 matched 1 modified 0');
  expect(await desk.patch(2, set(1), terms('c'))).toBe('404 document-absent');
  expect(await desk.patch(1, { ...set(2), if: { n: 9 } }, terms('d'))).toBe('412 condition-failed');
  expect(await desk.patch(1, { ...set(2), if: { n: 1 } }, terms('e'))).toMatch(/^200/);
  expect(await desk.patch(3, { ...set(3), if: { n: 1 } }, { ...terms('f'), upsert: true })).toBe(
    '200 upserted',
  );
  expect(await desk.replace(4, { n: 4 }, terms('g'))).toBe('404 document-absent');
  expect(await desk.replace(4, { n: 4 }, { ...terms('h'), upsert: true })).toBe('200 upserted');
  expect(await desk.remove(1, { if: { n: 1 } }, terms('i'))).toBe('412 condition-failed');
  expect(await desk.remove(1, { if: { n: 2 } }, terms('j'))).toMatch(/^200/);
  expect(await desk.remove(1, {}, terms('k'))).toBe('404 document-absent');
  expect(await desk.stored()).toEqual([
    { _id: 3, n: 3 },
    { _id: 4, n: 4 },
  ]);
  expect(await desk.ledger()).toHaveLength(how === 'keyed' ? 11 : 0);
});

test.each(['keyed', 'keyless'] as const)('%s: patches together, some of nothing', async (how) => {
  const terms = (key: string) => (how === 'keyed' ? { key } : {});
  await desk.truth.insertMany([1, 2].map((_id) => ({ _id: _id as never, n: 0 })));
  const together = () =>
    Promise.all([
      desk.patch(1, set(1), terms('a')),
      desk.patch(8, set(1), terms('b')),
      desk.replace(3, { n: 1 }, { ...terms('c'), upsert: true }),
      desk.replace(9, { n: 1 }, terms('d')),
      desk.patch(2, set(1), terms('e')),
    ]);
  const answers = [
    '200 matched 1 modified 1',
    '404 document-absent',
    '200 upserted',
    '404 document-absent',
    '200 matched 1 modified 1',
  ];
  expect(await together()).toEqual(answers);
  expect(await desk.stored()).toEqual([1, 2, 3].map((_id) => ({ _id, n: 1 })));
  if (how === 'keyed') {
    expect(await together()).toEqual(answers.map((answer) => `${answer} replayed`));
  }
});

test('each again under its key: the first answer, and nothing changes', async () => {
  await desk.truth.insertMany([1, 2].map((_id) => ({ _id: _id as never, n: 0 })));
  const round = async (): Promise<string[]> => [
    await desk.patch(1, { update: { $inc: { n: 1 } } }, { key: 'a' }),
    await desk.patch(9, set(1), { key: 'b' }),
    await desk.patch(1, { ...set(5), if: { n: 9 } }, { key: 'c' }),
    await desk.replace(3, { n: 3 }, { key: 'd', upsert: true }),
    await desk.remove(2, {}, { key: 'e' }),
    await desk.insert({ _id: 4, n: 4 }, { key: 'f' }),
    await desk.insert({ n: 5 }, { key: 'g' }),
  ];
  const first = await round();
  const stored = await desk.stored();
  expect(await round()).toEqual(first.map((answer) => `${answer} replayed`));
  expect(await desk.stored()).toEqual(stored);
  const ledger = await desk.ledger();
  expect(ledger.map(({ st }) => st as string).sort()).toEqual([
    ...Array<string>(5).fill('done'),
    ...Array<string>(2).fill('rejected'),
  ]);
});

test('a retry after a later patch and after a delete changes nothing', async () => {
  const first = () => desk.replace(1, { n: 1 }, { key: 'a', upsert: true });
  expect(await first()).toBe('200 upserted');
  await desk.patch(1, set(2));
  expect(await first()).toBe('200 upserted replayed');
  expect(await desk.stored()).toEqual([{ _id: 1, n: 2 }]);
  await desk.remove(1);
  expect(await first()).toBe('200 upserted replayed');
  const inserted = () => desk.insert({ _id: 2, n: 2 }, { key: 'b' });
  await inserted();
  await desk.remove(2);
  expect(await inserted()).toBe('200 replayed');
  expect(await desk.stored()).toEqual([]);
});

test('a key with other content is refused, in a batch, and the others are not', async () => {
  await desk.patch(1, set(1), { key: 'a', upsert: true });
  expect(
    await Promise.all([
      desk.patch(1, set(2), { key: 'a', upsert: true }),
      desk.insert({ _id: 2 }, { key: 'b' }),
      desk.remove(3, {}, { key: 'c' }),
    ]),
  ).toEqual(['422 key-reused', '200', '404 document-absent']);
  expect(await desk.stored()).toEqual([{ _id: 1, n: 1 }, { _id: 2 }]);
});

test('an _id that is taken: 409 where the caller named it', async () => {
  await desk.truth.insertOne({ _id: 1 as never });
  expect(await desk.insert({ _id: 1 }, { key: 'a' })).toBe('409 duplicate');
  expect(await desk.insert({ _id: 1 }, { key: 'a' })).toBe('409 duplicate');
  expect(await desk.ledger()).toEqual([]);
});

test('its ledger row is gone, its document is there: equal is a replay, another is not', async () => {
  await desk.insert({ n: 1 }, { key: 'a' });
  await desk.forget();
  expect(await desk.insert({ n: 1 }, { key: 'a' })).toBe('200 replayed');
  expect(await desk.insert({ n: 2 }, { key: 'a' })).toBe('422 key-reused');
  expect(await desk.stored()).toHaveLength(1);
});

test('what the validator refuses now, but was applied before, is a replay', async () => {
  await desk.insert({ _id: 1, n: 1 }, { key: 'a' });
  await desk.truth.db.command({ collMod: 'orders', validator: { n: { $gt: 5 } } });
  expect(await desk.insert({ _id: 1, n: 1 }, { key: 'a' })).toBe('200 replayed');
  expect(await desk.insert({ _id: 2, n: 1 }, { key: 'b' })).toBe('422 document-refused');
});

test('two writers with one key at once: applied once, and both are answered so', async () => {
  const name = freshDatabaseName();
  await using one = await changeDesk({ uri: server.uri, name });
  await using other = await changeDesk({ uri: server.uri, name });
  await one.truth.insertOne({ _id: 1 as never, n: 0 });
  for (let round = 1; round <= 20; round += 1) {
    const key = `round ${round}`;
    const inserts = await Promise.all(
      [one, other].map((each) => each.insert({ _id: `a${round}` }, { key })),
    );
    expect(inserts.sort()).toEqual(['200', '200 replayed']);
    const patches = await Promise.all(
      [one, other].map((each) => each.patch(1, { update: { $inc: { n: 1 } } }, { key })),
    );
    expect(patches.sort()).toEqual([
      '200 matched 1 modified 1',
      '200 matched 1 modified 1 replayed',
    ]);
  }
  expect(await one.truth.findOne({ _id: 1 as never })).toEqual({ _id: 1, n: 20 });
});

test('a hot document under two writers: both make progress, nothing is lost', async () => {
  const name = freshDatabaseName();
  await using one = await changeDesk({ uri: server.uri, name });
  await using other = await changeDesk({ uri: server.uri, name });
  await one.truth.insertOne({ _id: 1 as never, n: 0 });
  const patches = [one, other].flatMap((each, at) =>
    Array.from({ length: 40 }, (_, n) =>
      each.patch(1, { update: { $inc: { n: 1 } } }, { key: `${at}/${n}` }),
    ),
  );
  expect(new Set(await Promise.all(patches))).toEqual(new Set(['200 matched 1 modified 1']));
  expect(await one.truth.findOne()).toEqual({ _id: 1, n: 80 });
});

test.each([
  ['keyless', () => ({})],
  ['keyed', (n: number) => ({ key: `key ${n}` })],
])('300 patches of one document by one caller land in order, %s', async (_, terms) => {
  await desk.truth.insertOne({ _id: 1 as never, seen: [] });
  for (let from = 0; from < 300; from += 60) {
    const some = Array.from({ length: 60 }, (__, at) => from + at);
    await Promise.all(some.map((n) => desk.patch(1, { update: { $push: { seen: n } } }, terms(n))));
  }
  const document = await desk.truth.findOne();
  expect(document?.['seen']).toEqual(Array.from({ length: 300 }, (__, n) => n));
});

test.each(['keyed', 'keyless'] as const)(
  '%s: a value that a unique index has is a duplicate, for that caller alone',
  async (how) => {
    const terms = (key: string) => (how === 'keyed' ? { key } : {});
    await desk.truth.createIndex({ sku: 1 }, { unique: true });
    await desk.truth.insertMany([1, 2, 3].map((n) => ({ _id: n as never, sku: `s${String(n)}` })));
    const taken = (sku: string) => ({ update: { $set: { sku } } });
    expect(await desk.patch(1, taken('s2'), terms('alone'))).toBe('409 duplicate');
    const answers = await Promise.all([
      desk.patch(1, taken('s2'), terms('a')),
      desk.replace(2, { sku: 's3' }, terms('b')),
      desk.replace(4, { sku: 's3' }, { ...terms('c'), upsert: true }),
      desk.patch(3, taken('s5'), terms('d')),
    ]);
    expect(answers.slice(0, 3)).toEqual(Array(3).fill('409 duplicate'));
    expect(answers[3]).toMatch(/^200 matched 1/);
    expect(await desk.stored()).toEqual([
      { _id: 1, sku: 's1' },
      { _id: 2, sku: 's2' },
      { _id: 3, sku: 's5' },
    ]);
  },
);
