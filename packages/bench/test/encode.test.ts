import { BSON } from 'mongodb';
import { expect, test } from 'vitest';
import { ENCODE_SHAPE_NAMES } from '../src/drive/encode-shapes.ts';
import {
  ENCODE_WAY_NAMES,
  encodeJob,
  isEncodedBy,
  makeEncodeInput,
} from '../src/measure/encode-ways.ts';
import { measureEncode, type EncodeRow } from '../src/measure/measure-encode.ts';
import { readEncodeCommandLine } from '../src/plan/encode-command-line.ts';
import { encodeMarks, encodeRatios } from '../src/report/encode-results.ts';

test.each(ENCODE_SHAPE_NAMES)(
  'all ways make the same bytes of %s, without a fall-back',
  (shape) => {
    const input = makeEncodeInput(shape, 300);
    const expected = Buffer.concat(input.documents.map((document) => BSON.serialize(document)));
    for (const way of ['serialize', 'serializeInto', 'compiled', 'closures'] as const) {
      const job = encodeJob(way, input);
      expect(Buffer.concat(job.encodeGroup(0, 300)).equals(expected)).toBe(true);
      expect(job.fallBacks()).toBe(0);
    }
    expect(new Set(input.documents.map((one) => JSON.stringify(one))).size).toBe(300);
  },
);

test('both ways from JSON text make the same bytes', () => {
  const input = makeEncodeInput('order', 300);
  const [parsed, text] = (['jsonParsed', 'jsonText'] as const).map((way) => {
    const job = encodeJob(way, input);
    expect(isEncodedBy(way, 'wide')).toBe(false);
    return Buffer.concat(job.encodeGroup(0, 300)).toString('hex');
  });
  expect(parsed).toBe(text);
});

test('a measurement counts what was written', async () => {
  const input = makeEncodeInput('nested', 50);
  const bsonBytes = input.documents.reduce((sum, one) => sum + BSON.serialize(one).length, 0);
  const job = encodeJob('compiled', input);
  const row = await measureEncode(job, { round: 1, shape: 'nested', way: 'compiled' });
  expect(row).toMatchObject({ documents: 50, bsonBytes, fallBacks: 0 });
  expect(row.nsPerDocument).toBeGreaterThan(0);
});

test('ratios are formed within a round and held against the marks', () => {
  const row = (round: number, way: EncodeRow['way'], nsPerDocument: number): EncodeRow => ({
    ...{ round, shape: 'order', way, documents: 1, nsPerDocument, bsonBytes: 1 },
    ...{ heapBytesPerDocument: nsPerDocument / 10, outsideBytesPerDocument: 0, fallBacks: 0 },
    gc: { count: 0, totalMs: 0, longestMs: 0 },
  });
  const rounds = [1, 2, 3].flatMap((round) => [
    row(round, 'serialize', 1_000 * round),
    row(round, 'compiled', 200 * round - round),
  ]);
  const ratios = encodeRatios(rounds);
  expect(ratios['speedToBson']).toMatchObject({
    median: 5.0251,
    perRound: [5.0251, 5.0251, 5.0251],
  });
  const met = encodeMarks(ratios).map((mark) => [mark.ratio, mark.met]);
  expect(met.slice(0, 3)).toEqual([
    ['speedToBson', true],
    ['heapToBson', false],
    ['speedToBsonLogLine', false],
  ]);
});

test('only a run of everything is kept unless a folder is named', () => {
  expect(readEncodeCommandLine([]).out).toBe('bench/results');
  expect(readEncodeCommandLine(['--rounds', '3']).out).toBeUndefined();
  expect(readEncodeCommandLine(['--only', 'wide', '--out', 'here'])).toMatchObject({
    shapes: ['wide'],
    out: 'here',
  });
  expect(() => readEncodeCommandLine(['--only', 'square'])).toThrow(/not "square"/);
  expect(ENCODE_WAY_NAMES).toContain('compiled');
});
