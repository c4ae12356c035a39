import type { RunningServer } from '@headrace/local-servers';
import { testMongo } from '@headrace/testkit';
import { Binary, BSONSymbol, Code, Decimal128, Double, Int32, Long } from 'bson';
import fc from 'fast-check';
import { BSON, MongoClient, type Collection, type Document } from 'mongodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compareValues } from '../../src/route/compare-values.ts';
import type { RawValue } from '../../src/route/raw-value.ts';
import { bsonDocument, bsonScalar, decimalText } from '../encode/bson-arbitrary.ts';

let server: RunningServer;
let client: MongoClient;
let values: Collection<Document & { _id: number }>;

beforeAll(async () => {
  server = await testMongo({ syncOnCommit: false });
  client = new MongoClient(server.uri);
  values = client.db('order').collection('values');
});
afterAll(async () => {
  await client.close();
  await server[Symbol.asyncDispose]();
});

/** Documents as the server sorts them by `v`, each with the value that stands in it. */
async function sortedByServer(
  sample: readonly unknown[],
): Promise<{ v: RawValue; text: string }[]> {
  await values.deleteMany({});
  await values.insertMany(sample.map((v, n) => ({ _id: n, v })));
  const sorted = await values
    .find<Uint8Array>({}, { sort: { v: 1 }, projection: { _id: 0, v: 1 }, raw: true })
    .toArray();
  return sorted.map((bytes) => ({
    v: { type: bytes[4] as number, bytes, at: 7 },
    text: BSON.EJSON.stringify(
      BSON.deserialize(bytes, { promoteValues: false, bsonRegExp: true }),
      {
        relaxed: false,
      },
    ),
  }));
}

async function expectSameOrder(sample: readonly unknown[]): Promise<void> {
  const sorted = await sortedByServer(sample);
  expect(sorted).toHaveLength(sample.length);
  const wrong = sorted.slice(1).flatMap((next, before) => {
    const first = sorted[before];
    return first !== undefined && compareValues(first.v, next.v) > 0
      ? [`${first.text} before ${next.text}`]
      : [];
  });
  expect(wrong).toEqual([]);
}

/**
 * The development server refuses to sort symbols and code, and it orders bytes of different subtypes,
 * and bytes inside an object, otherwise than MongoDB, which compares length, subtype and content.
 */
function isSortedThere(value: unknown): boolean {
  if (value instanceof BSONSymbol || value instanceof Code) return false;
  if (value instanceof Binary) return value.sub_type === 0;
  if (!isPlain(value)) return true;
  return Object.values(value).every((inner) => !(inner instanceof Binary) && isSortedThere(inner));
}

function isPlain(value: unknown): value is object {
  return Array.isArray(value) || Object.getPrototypeOf(value ?? 0) === Object.prototype;
}

test('the server sorts values of all types in the same order', async () => {
  const value = fc.oneof(bsonScalar, bsonDocument).filter(isSortedThere);
  const sample = fc.array(value, { minLength: 100, maxLength: 200 });
  await fc.assert(fc.asyncProperty(sample, expectSameOrder), { numRuns: 30 });
});

test('the server sorts numbers across their types in the same order', async () => {
  const near = fc.integer({ min: -20, max: 20 });
  const number = fc.oneof(
    near.map((value) => new Int32(value)),
    near.map((value) => Long.fromInt(value)),
    near.map((value) => new Double(value / 4)),
    near.map((value) => Decimal128.fromString(`${value}E-1`)),
    decimalText.map((text) => Decimal128.fromString(text)),
    fc.double({ noNaN: true }).map((value) => new Double(value)),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => Long.fromBigInt(value)),
    fc.bigInt({ min: 2n ** 53n - 4n, max: 2n ** 53n + 4n }).map((value) => Long.fromBigInt(value)),
    fc.constantFrom(new Double(2 ** 53), new Double(2 ** 63), new Double(0.1), new Double(NaN)),
  );
  const sample = fc.array(number, { minLength: 100, maxLength: 200 });
  await fc.assert(fc.asyncProperty(sample, expectSameOrder), { numRuns: 30 });
});
