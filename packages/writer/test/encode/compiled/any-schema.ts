import fc from 'fast-check';
import { NAMES } from './any-document.ts';

const types = [
  ...['double', 'string', 'binData', 'objectId', 'bool', 'date', 'null', 'regex', 'javascript'],
  ...['symbol', 'javascriptWithScope', 'int', 'timestamp', 'long', 'decimal', 'minKey', 'maxKey'],
  ...['number', 'undefined', 'object', 'array'],
];

type Schema = Readonly<Record<string, unknown>>;

interface Tied {
  readonly place: Schema;
  readonly object: Schema;
}

/** Schemas of documents whose fields have the names of `anyDocument`. */
export const anySchema = fc.letrec<Tied>((tie) => ({
  place: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    often(12, fc.record({ bsonType: fc.constantFrom(...types) })),
    often(4, fc.record({ bsonType: fc.subarray(types, { minLength: 1 }) })),
    often(1, fc.constant({})),
    often(3, fc.record({ bsonType: fc.constant('array'), items: tie('place') })),
    often(3, tie('object') as fc.Arbitrary<Schema>),
    often(
      1,
      fc.array(tie('place'), { minLength: 1, maxLength: 3 }).map((anyOf) => ({ anyOf })),
    ),
  ),
  object: fc
    .dictionary(fc.constantFrom(...NAMES, '_id', 'toBSON', '_bsontype'), tie('place'), {
      maxKeys: 8,
      noNullPrototype: true,
    })
    .map((properties) => ({ bsonType: 'object', properties })),
})).object;

function often<One extends Schema>(
  weight: number,
  arbitrary: fc.Arbitrary<One>,
): fc.WeightedArbitrary<Schema> {
  return { weight, arbitrary };
}
