import type { RunningServer } from '@headrace/local-servers';
import { testMongo } from '@headrace/testkit';
import { BSON, Timestamp, type Document } from 'bson';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { compileFieldTypes, encodeJson, encodeMergePatch, parseIdText } from '../../src/index.ts';
import { bsonScalar } from '../encode/bson-arbitrary.ts';
import { changeDesk, type ChangeDesk } from '../send/change-desk.ts';

const types = compileFieldTypes({});
const id = parseIdText('o1', 'string');

let server: RunningServer;
let orders: ChangeDesk;

beforeAll(async () => {
  server = await testMongo();
});
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(async () => {
  orders = await changeDesk({ uri: server.uri });
});
afterEach(() => orders[Symbol.asyncDispose]());

/** RFC 7396, section 2, in a few lines. */
function merged(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const result = new Map<string, unknown>(isObject(target) ? Object.entries(target) : []);
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) result.delete(name);
    else result.set(name, merged(result.get(name), value));
  }
  return Object.fromEntries(result);
}

function isObject(value: unknown): value is Document {
  return (
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  );
}

const name = fc.constantFrom('a', 'b', 'c', 'a b', 'ß', 'ROOT', '"', '');
/** MongoDB puts its time in place of an empty Timestamp. */
const scalar = bsonScalar.filter(
  (value) => !(value instanceof Timestamp && value.t === 0 && value.i === 0),
);
const { fields } = fc.letrec<{ value: unknown; fields: Document }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 3 }),
    tie('fields'),
    tie('fields'),
  ),
  fields: fc
    .array(fc.tuple(name, tie('value')), { maxLength: 6 })
    .map((entries): Document => Object.fromEntries(entries)),
}));
/** An object under an empty name is refused in a patch. */
const patches = fields.map((patch) => renamed(patch) as Document);

function renamed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(renamed);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(
    ([key, below]) => [key === '' && isObject(below) ? 'd' : key, renamed(below)] as const,
  );
  return Object.fromEntries(entries);
}

test('the server makes of any document and patch what RFC 7396 says, every byte of it', async () => {
  const collection = orders.desk.writer.collection(orders.namespace);
  await fc.assert(
    fc.asyncProperty(fields, patches, async (document, patch) => {
      await orders.truth.replaceOne({ _id: 'o1' as never }, document, { upsert: true });
      const before = await rawDocument();
      const answer = await collection.patchOne({ _id: 'o1' }, patch);
      expect(answer).toMatchObject({ matchedCount: 1, receipt: { state: 'applied' } });
      const expected = BSON.serialize({ _id: 'o1', ...(merged(document, patch) as Document) });
      const after = await rawDocument();
      expect(hexOf(after)).toBe(hexOf(expected));
      expect(answer.modifiedCount).toBe(hexOf(after) === hexOf(before) ? 0 : 1);
    }),
    { numRuns: 200 },
  );
});

test('an upsert of nothing inserts the patch without its nulls', async () => {
  const collection = orders.desk.writer.collection(orders.namespace);
  await fc.assert(
    fc.asyncProperty(patches, async (patch) => {
      await orders.truth.deleteOne({ _id: 'o1' as never });
      const answer = await collection.patchOne({ _id: 'o1' }, patch, { upsert: true });
      expect(answer).toMatchObject({ upsertedCount: 1, upsertedId: 'o1', matchedCount: 0 });
      const expected = BSON.serialize({ _id: 'o1', ...(merged({}, patch) as Document) });
      // Not byte by byte: the test server sorts the names of what a pipeline inserts.
      expect(typesAndValues(await rawDocument())).toEqual(typesAndValues(expected));
    }),
    { numRuns: 50 },
  );
});

const nested = (levels: number, leaf: unknown): unknown =>
  levels === 0 ? leaf : { n: nested(levels - 1, leaf) };

test.each([1, 31, 32, 33, 64, 65, 97])(
  'a patch %i levels deep merges like a flat one',
  async (levels) => {
    const collection = orders.desk.writer.collection(orders.namespace);
    const patch = nested(levels, { b: 1, c: null, d: { e: [null] } }) as Document;
    const stored = [
      nested(levels, { a: 0, c: 1, d: 5 }),
      nested(levels - 1, [{ n: { b: 0 } }]),
      nested(levels >> 1, 7),
    ];
    for (const document of stored) {
      const whole = isObject(document) ? document : {};
      await orders.truth.replaceOne({ _id: 'o1' as never }, whole, { upsert: true });
      await collection.patchOne({ _id: 'o1' }, patch);
      const expected = BSON.serialize({ _id: 'o1', ...(merged(whole, patch) as Document) });
      expect(hexOf(await rawDocument())).toBe(hexOf(expected));
    }
  },
);

test('names of digits keep their places, and nothing is taken for a class', async () => {
  const inside = `"z": 1, "10": 2, "9": {"b": 1, "a": 2, "1": 3}, "_bsontype": "Long", "d":
    {"_bsontype": "ObjectId", "id": 1}, "u": {"$undefined": true}, "t": "$a", "v": ["$$ROOT"],
    "p": {"$dbPointer": {"$ref": "x", "$id": {"$oid": "0123456789abcdef01234567"}}}`;
  await orders.truth.insertOne({ _id: 'o1' as never });
  const change = encodeMergePatch(Buffer.from(`{${inside}}`), { id, types });
  const { writer, namespace } = orders.desk;
  const write = writer.prepareChange({ namespace, change, tier: 'strong' });
  const verdict = await new Promise((resolve) => {
    writer.submit(write, resolve);
  });
  expect(verdict).toMatchObject({ state: 'applied', result: { matched: 1, modified: 1 } });
  const { buffer } = encodeJson(Buffer.from(`{"_id": "o1", ${inside}}`), { reservedBytes: 0 });
  expect(hexOf(await rawDocument())).toBe(hexOf(buffer));
});

async function rawDocument(): Promise<Uint8Array> {
  const found = await orders.truth.findOne<Uint8Array>({ _id: 'o1' as never }, { raw: true });
  return found ?? new Uint8Array();
}

function typesAndValues(bytes: Uint8Array): unknown {
  const document = BSON.deserialize(bytes, { promoteValues: false, bsonRegExp: true });
  return JSON.parse(BSON.EJSON.stringify(document, { relaxed: false }));
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
