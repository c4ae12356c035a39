import { expect, test } from 'vitest';
import { commandClassOf, costOf, documentClassOf } from '../../src/pace/size-class.ts';

test('documents fall into five classes by their size', () => {
  const sizes = [1, 269, 1024, 1025, 8 << 10, 60_000, 200_000, 512 << 10, 5 << 20, 16 << 20];
  expect(sizes.map(documentClassOf)).toEqual([0, 0, 0, 1, 1, 2, 3, 3, 4, 4]);
});

test('commands of a class carry about as many documents of about the same size', () => {
  const classOf = (documents: number, each: number): number =>
    commandClassOf(documents, documents * each);
  expect(classOf(500, 269)).toBe(classOf(400, 900));
  expect(classOf(500, 269)).not.toBe(classOf(300, 269));
  expect(classOf(500, 269)).not.toBe(classOf(500, 2_690));
  const all = [269, 2_690, 26_900, 269_000, 2_690_000].flatMap((each) =>
    Array.from({ length: 10 }, (_, octave) => classOf(2 ** octave, each)),
  );
  expect(new Set(all).size).toBe(50);
});

test('the cost of a command: its documents, their KiB, and 128 for itself', () => {
  expect(costOf(1, 0)).toBe(129);
  expect(costOf(500, 500 * 1024)).toBe(1128);
});
