import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeConfiguration } from '../../src/configuration/describe-configuration.ts';
import { loadConfiguration, loadDraft } from '../../src/configuration/load-configuration.ts';
import { noteConfiguration } from '../../src/configuration/note-configuration.ts';
import { printConfiguration } from '../../src/configuration/print-configuration.ts';

const page = readFileSync(new URL('../../../../docs/config.md', import.meta.url), 'utf8');

test('docs/config.md is what the schema says; write-config-docs.ts writes it', () => {
  expect(page).toBe(describeConfiguration());
});

test('the example on the page is short and is a configuration', async () => {
  const example = /```yaml\n(.*?)```/s.exec(page)?.[1] ?? '';
  expect(example.split('\n').length).toBeLessThan(15);
  const folder = await mkdtemp(join(tmpdir(), 'headrace-configuration-'));
  try {
    await writeFile(join(folder, 'mongodb.uri'), 'mongodb://127.0.0.1/\n');
    await writeFile(join(folder, 'redis.uri'), 'redis://127.0.0.1\n');
    const configuration = await loadConfiguration({ text: example, folder });
    expect(configuration).toMatchObject({
      mongodb: { uri: 'mongodb://127.0.0.1/' },
      redis: { uri: 'redis://127.0.0.1' },
      collections: {
        'shop.orders': {
          tier: 'strong',
          idType: 'string',
          types: { total: 'decimal', placedAt: 'date' },
        },
      },
    });
    expect(noteConfiguration(configuration)).toEqual([]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('a printed configuration reads back as itself, and has every default in it', async () => {
  const configuration = await loadConfiguration({
    text: 'mongodb: { uri: "mongodb://h" }\nredis: { uri: "redis://h", declaredFsync: always }\nlisten: "[::1]:0"\ncollections: { a.b: { types: { c.d: date } } }',
  });
  const printed = printConfiguration(configuration);
  expect(printed).toContain('inFlightBytes: 64MiB');
  expect(await loadConfiguration({ text: printed })).toEqual(configuration);
});

test('a printed configuration hides passwords', async () => {
  const text = 'mongodb: { uri: "mongodb://me:hunter2@h" }\nredis: { uri: "redis://:hunter2@h" }';
  const printed = printConfiguration(await loadDraft({ text }));
  expect(printed).toContain('mongodb://me:***@h');
  expect(printed).not.toContain('hunter2');
});
