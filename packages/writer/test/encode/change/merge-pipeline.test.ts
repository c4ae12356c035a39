import { BSON, type Document } from 'bson';
import { expect, test } from 'vitest';
import { mergePipeline } from '../../../src/encode/change/merge-pipeline.ts';

/** Levels of nesting a server reads in a command (BSON, MongoDB's own limit), and those around `u`. */
const SERVER_LEVELS = 200;
const LEVELS_AROUND = 5;
/** Levels a patch may have. */
const PATCH_LEVELS = 100;

const nest = (levels: number, leaf: unknown, around: (inside: unknown) => unknown): unknown =>
  levels === 0 ? leaf : nest(levels - 1, around(leaf), around);
const inObject = (n: unknown): unknown => ({ gone: null, n });

function levelsOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(levelsOf));
}

function pipelineOf(patch: unknown): unknown[] {
  const pipeline = mergePipeline(BSON.serialize(patch as Document));
  return Object.values(BSON.deserialize(pipeline));
}

test.each(Array.from({ length: PATCH_LEVELS }, (_, at) => at + 1))(
  'with %i levels of objects and arrays below, a server can read it',
  (objects) => {
    const arrays = nest(PATCH_LEVELS - objects, 1, (inside) => [inside]);
    const patch = nest(objects, arrays, inObject);
    expect(levelsOf(patch)).toBe(PATCH_LEVELS);
    expect(levelsOf(pipelineOf(patch)) + LEVELS_AROUND).toBeLessThanOrEqual(SERVER_LEVELS);
  },
);

test('a usual patch is one stage; values that follow one another are one literal', () => {
  const patch = { a: '$b', c: [{ d: null }], e: { f: 1, g: null }, h: null, i: 2 };
  expect(pipelineOf(patch)).toEqual([
    {
      $replaceWith: {
        $mergeObjects: [
          without('$$ROOT', ['h']),
          { $literal: { a: '$b', c: [{ d: null }] } },
          {
            e: {
              $mergeObjects: [
                without({ $cond: [{ $eq: [{ $type: '$e' }, 'object'] }, '$e', { $literal: {} }] }, [
                  'g',
                ]),
                { $literal: { f: 1 } },
              ],
            },
          },
          { $literal: { i: 2 } },
        ],
      },
    },
  ]);
});

function without(object: unknown, names: readonly string[]): Document {
  const cond = { $not: [{ $in: ['$$field.k', { $literal: names }] }] };
  return {
    $arrayToObject: { $filter: { input: { $objectToArray: object }, as: 'field', cond } },
  };
}
