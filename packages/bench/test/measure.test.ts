import { BSON, Decimal128, Double, Int32, ObjectId } from 'mongodb';
import { expect, test } from 'vitest';
import { makeOrders } from '../src/drive/make-orders.ts';
import { checkCount } from '../src/measure/check-count.ts';
import { compareAll, fieldsOf } from '../src/measure/compare-stored.ts';
import { cpuSecondsOf, readUsage, rssMibOf } from '../src/measure/process-usage.ts';
import { PARSERS, parsers } from '../src/routes/parse-order.ts';

test('there are over 10,000 different orders of 250 to 300 bytes, the same ones each time', () => {
  const orders = makeOrders();
  expect(new Set(orders).size).toBe(20_000);
  const lengths = orders.map((order) => order.length);
  expect(Math.min(...lengths)).toBeGreaterThanOrEqual(250);
  expect(Math.max(...lengths)).toBeLessThanOrEqual(300);
  expect(makeOrders(3)).toEqual(orders.slice(0, 3));
});

test('both parsers of the plain route make the same BSON, money and date typed', () => {
  for (const order of makeOrders(50)) {
    const [first, ...others] = PARSERS.map((name) =>
      BSON.serialize(parsers[name](order) as BSON.Document),
    );
    for (const other of others) expect(other).toEqual(first);
    const read = BSON.deserialize(first ?? new Uint8Array(), { promoteValues: false });
    expect(read['total']).toBeInstanceOf(Decimal128);
    expect(read['placedAt']).toBeInstanceOf(Date);
  }
});

test('stored documents differ by value, type, order or a missing field, never by their ObjectId', () => {
  const stored = (document: BSON.Document) => new Map([['order-1', fieldsOf(document)]]);
  const plain = stored({ quantity: new Int32(1), note: 'a', _id: new ObjectId() });
  const compare = (document: BSON.Document) => () => {
    compareAll('strong', plain, stored(document));
  };
  const _id = new ObjectId();
  expect(compare({ _id, quantity: new Int32(1), note: 'a' })).not.toThrow();
  expect(compare({ _id, quantity: new Int32(2), note: 'a' })).toThrow(/field quantity/);
  expect(compare({ _id, quantity: new Double(1), note: 'a' })).toThrow(/\$numberDouble/);
  expect(compare({ _id, note: 'a', quantity: new Int32(1) })).toThrow(/field quantity: note/);
  expect(compare({ _id, quantity: new Int32(1) })).toThrow(/field note: \(none\)/);
  expect(compare({ _id: 'text', quantity: new Int32(1), note: 'a' })).toThrow(/field _id/);
  expect(() => {
    compareAll('strong', plain, new Map());
  }).toThrow(/order-1/);
});

test('CPU time is read behind a command name that holds spaces and brackets', () => {
  const stat = '42 (a (b) c) S 1 42 42 0 -1 4194304 5 0 0 0 250 150 0 0 20 0 11 0 5 6 7';
  expect(cpuSecondsOf(stat)).toBe(4);
  expect(rssMibOf('Name:\tnode\nVmHWM:\t  99999 kB\nVmRSS:\t   2048 kB\n')).toBe(2);
});

test('our own usage can be read where there is a /proc', async () => {
  const usage = await readUsage('test', process.pid);
  const { cpuSeconds, rssMib } = usage ?? { cpuSeconds: 0, rssMib: 0 };
  expect(cpuSeconds > 0 && rssMib > 10).toBe(process.platform === 'linux');
});

test('a count is right from all that was answered to that and one write a connection', () => {
  const seen = { answered: 100, refused: 2, socketErrors: 1 };
  const check = (stored: number) => () => {
    checkCount(stored, seen, { what: 'strong-8-round-1', connections: 8 });
  };
  expect(check(99)).toThrow(/strong-8-round-1: 100 writes were acknowledged and 99 documents/);
  expect(check(100)).not.toThrow();
  expect(check(111)).not.toThrow();
  expect(check(112)).toThrow(/at most 11 more/);
});

test('where tries are counted too, only too few are wrong', () => {
  const seen = { answered: 100, refused: 0, socketErrors: 0 };
  const check = (stored: number) => () => {
    checkCount(stored, seen, { what: 'hot', connections: 8, countsTries: true });
  };
  expect(check(99)).toThrow(/99 documents/);
  expect(check(500)).not.toThrow();
});
