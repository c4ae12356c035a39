import { join } from 'node:path';
import { temporaryFolder, testServers, type TestServers } from '@headrace/testkit';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCommand } from '../src/run-command.ts';

let servers: TestServers;
beforeAll(async () => {
  servers = await testServers();
  const client = await new MongoClient(servers.mongodb.uri).connect();
  await client.db('shop').collection('orders').insertOne({ at: new Date() });
  await client.close();
});
afterAll(() => servers[Symbol.asyncDispose]());

async function headrace(words: readonly string[], environment: Record<string, string> = {}) {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCommand(words, {
    say: (line) => out.push(line),
    note: (line) => err.push(line),
    environment,
  });
  return { out: out.join('\n'), err: err.join('\n'), code };
}

test('from a live server to a checked configuration', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'headrace.yaml');
  const servedBy = ['--uri', servers.mongodb.uri, '--redis', servers.redis.uri];
  const written = await headrace(['init', ...servedBy, '--out', file]);
  expect(written).toEqual({
    out: `wrote ${file} with 1 collection\n  shop.orders\nnext: headrace config check --connect --config ${file}`,
    err: '',
    code: 0,
  });
  expect(await headrace(['init', ...servedBy, '--out', file])).toMatchObject({
    code: 1,
    err: expect.stringContaining('--force') as string,
  });
  expect(await headrace(['config', 'check', '--config', file])).toMatchObject({ code: 0, err: '' });
  const checked = await headrace(['config', 'check', '--connect', '--config', file]);
  expect(checked).toMatchObject({ code: 0, err: '' });
  expect(checked.out).toMatch(/^ok {7}mongodb reach: 127\.0\.0\.1:\d+ answers$/m);
  expect(checked.out).toMatch(/^warning {2}mongodb members: .*\n {9}fix: add members/m);
});

test('an error is told by the exit code, and --json prints one array', async () => {
  const environment = { MONGODB_URI: servers.mongodb.uri };
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'headrace.yaml');
  expect((await headrace(['init', '--out', file], environment)).code).toBe(0);
  await servers.mongodb.kill();
  const words = ['config', 'check', '--connect', '--json', '--config', file];
  const { out, err, code } = await headrace(words, environment);
  expect({ err, code }).toEqual({
    err: 'headrace: checks-failed: 1 of 1 checks failed. Each names its fix.',
    code: 1,
  });
  expect(JSON.parse(out)).toMatchObject([{ check: 'mongodb reach', level: 'error' }]);
  await servers.mongodb.restart();
});

test('init without a server is bad usage', async () => {
  expect(await headrace(['init'])).toMatchObject({
    code: 2,
    err: expect.stringContaining('--uri') as string,
  });
});
