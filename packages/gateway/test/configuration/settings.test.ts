import { describe, expect, test } from 'vitest';
import { parseAddress, printAddress } from '../../src/configuration/address-setting.ts';
import { fieldPathProblem, namespaceProblem } from '../../src/configuration/check-names.ts';
import { loadDraft } from '../../src/configuration/load-configuration.ts';
import { noteConfiguration } from '../../src/configuration/note-configuration.ts';
import { parseSize, printSize } from '../../src/configuration/size-setting.ts';

describe('an address', () => {
  test.each([
    ['127.0.0.1:8080', '127.0.0.1', 8080],
    ['[::1]:8080', '::1', 8080],
    ['localhost:0', 'localhost', 0],
    ['a-b.example:65535', 'a-b.example', 65_535],
  ])('%s is host and port, and prints as it was', (text, host, port) => {
    expect(parseAddress(text)).toEqual({ host, port });
    expect(printAddress({ host, port })).toBe(text);
  });

  test.each([
    '8080',
    ':8080',
    '127.0.0.1',
    '::1:8080',
    '[::1]',
    '[nonsense]:1',
    'h:65536',
    'h:-1',
    'h:',
    'h:8080/x',
    'http://h:1',
  ])('%s is none', (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });

  test.each([
    '0.0.0.0:1',
    '"[::]:1"',
    '10.0.0.1:1',
    'example.org:1',
    '128.0.0.1:1',
    '"[::ffff:10.0.0.1]:1"',
  ])('%s is refused while callers are not authenticated, with the fix named', async (address) => {
    for (const name of ['listen', 'adminListen', 'workerListen']) {
      await expect(loadDraft({ text: `${name}: ${address}` })).rejects.toThrow(
        /^ {2}\w+: .* authenticate callers; listen on 127\.0\.0\.1:1 /m,
      );
    }
  });

  test.each(['127.0.0.1:1', '127.9.9.9:1', 'localhost:1', '"[::1]:1"'])(
    '%s is taken',
    async (address) => {
      await expect(loadDraft({ text: `listen: ${address}` })).resolves.toMatchObject({
        listen: { port: 1 },
      });
    },
  );
});

describe('a size', () => {
  test.each([
    [1, 1],
    ['64MiB', 67_108_864],
    ['64 MiB', 67_108_864],
    ['2kB', 2000],
    ['3GB', 3_000_000_000],
    ['7B', 7],
  ])('%s is %i bytes', (written, bytes) => {
    expect(parseSize(written)).toEqual({ value: bytes });
  });

  test.each([
    0,
    -1,
    1.5,
    '64',
    '1.5MiB',
    '64mib',
    '64KB',
    '0MiB',
    'MiB',
    '99999999GiB',
    true,
    null,
  ])('%j is none', (written) => {
    expect(parseSize(written)).toBeUndefined();
  });

  test.each([1, 1000, 1024, 1536, 1_048_576, 2 ** 30, 5 * 2 ** 30 + 1])(
    '%i prints as what reads back as it',
    (bytes) => {
      expect(parseSize(printSize(bytes))).toEqual({ value: bytes });
    },
  );
});

describe('names', () => {
  test.each(['shop.orders', 'shop.orders.2026', 'a.b-c', 'shop.système'])(
    '%s is a collection',
    (name) => {
      expect(namespaceProblem(name)).toBeUndefined();
    },
  );

  test.each([
    'orders',
    'shop.',
    '.orders',
    '',
    'admin.users',
    'config.shards',
    'local.oplog.rs',
    'Admin.x',
    'shop.system.users',
    'shop.a.system.b',
    'shop.or$ders',
    'shop.or\0ders',
    'sh op.orders',
    'sh/op.orders',
    `${'d'.repeat(64)}.orders`,
    `shop.${'c'.repeat(251)}`,
  ])('%j is none that takes writes', (name) => {
    expect(namespaceProblem(name)).toBeTypeOf('string');
  });

  test.each(['total', 'lines.price', '_id', 'a.0'])('%s is a field path', (path) => {
    expect(fieldPathProblem(path, [path])).toBeUndefined();
  });

  test.each([
    '',
    '.a',
    'a.',
    'a..b',
    '$a',
    'a.$b',
    'a\0',
    'a.__proto__',
    Array.from({ length: 101 }, () => 'a').join('.'),
  ])('%j is none', (path) => {
    expect(fieldPathProblem(path, [path])).toBeTypeOf('string');
  });

  test('a field with a type has no typed fields inside it', () => {
    expect(fieldPathProblem('total', ['total', 'total.net'])).toContain('total.net');
    expect(fieldPathProblem('total', ['total', 'totals.net'])).toBeUndefined();
  });
});

describe('notes', () => {
  const noted = async (text: string) => noteConfiguration(await loadDraft({ text }));

  test('a usual configuration has none', async () => {
    expect(await noted('collections: { a.b: { tier: strong } }')).toEqual([]);
  });

  test.each([
    ['no collection', '', /every write will be refused/],
    [
      'an id that can not be made',
      'collections: { a.b: { idType: long } }',
      /^a\.b has idType long/,
    ],
    ['a tier without its lane', 'collections: { a.b: { tier: eventual } }', /no redis section/],
    ['lowered tiers', 'tiers: { allowLower: true }\ncollections: { a.b: {} }', /allowLower is on/],
  ])('%s has one', async (_, text, note) => {
    expect(await noted(text)).toEqual([expect.stringMatching(note)]);
  });
});
