import { expect, test } from 'vitest';
import { Fifo } from '../../src/gather/fifo.ts';

function drain(fifo: Fifo<number>): number[] {
  const taken: number[] = [];
  for (let item = fifo.take(); item !== undefined; item = fifo.take()) taken.push(item);
  return taken;
}

test('hands out in the order of arrival, over thousands of items and many turns', () => {
  const fifo = new Fifo<number>();
  const taken: number[] = [];
  let next = 0;
  for (let turn = 0; turn < 300; turn += 1) {
    for (let i = 0; i < 13; i += 1) fifo.add(next++);
    for (let i = 0; i < 11; i += 1) taken.push(fifo.take() ?? -1);
  }
  expect(fifo.size).toBe(600);
  expect([...taken, ...drain(fifo)]).toEqual(Array.from({ length: next }, (_, n) => n));
  expect(fifo.size).toBe(0);
  expect(fifo.take()).toBeUndefined();
});

test('a peek leaves the item there', () => {
  const fifo = new Fifo<number>();
  expect(fifo.peek()).toBeUndefined();
  fifo.add(1);
  expect([fifo.peek(), fifo.peek(), fifo.size]).toEqual([1, 1, 1]);
});

test('takes out whoever leaves, keeps the order of the others', () => {
  const fifo = new Fifo<number>();
  for (let n = 0; n < 10; n += 1) fifo.add(n);
  fifo.take();
  expect(fifo.removeWhere((n) => n % 3 === 0)).toEqual([3, 6, 9]);
  expect(fifo.removeWhere((n) => n > 100)).toEqual([]);
  fifo.add(10);
  expect(drain(fifo)).toEqual([1, 2, 4, 5, 7, 8, 10]);
});

test('takes everything out of a queue as long as a full budget makes it', () => {
  const fifo = new Fifo<number>();
  for (let n = 0; n < 250_000; n += 1) fifo.add(n);
  expect(fifo.removeWhere((n) => n === 249_999)).toEqual([249_999]);
  expect(fifo.removeWhere(() => true)).toHaveLength(249_999);
  expect(fifo.size).toBe(0);
});

test('what is put back is first again, taken before or not', () => {
  const fifo = new Fifo<number>();
  fifo.putBack(1);
  fifo.putBack(0);
  for (let n = 2; n < 5; n += 1) fifo.add(n);
  fifo.take();
  fifo.take();
  for (let n = 1; n >= -2; n -= 1) fifo.putBack(n);
  expect(drain(fifo)).toEqual([-2, -1, 0, 1, 2, 3, 4]);
});
