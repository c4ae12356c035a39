import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testServers, waitFor, type TestServers } from '@headrace/testkit';
import { loadConfiguration, openBoth, type RunningGateway } from '@headrace/gateway';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCommand } from '../src/run-command.ts';

const database = 'cli_dead_letters';
let servers: TestServers;
let folder = '';
let config = '';
let running: RunningGateway;
let client: MongoClient;
beforeAll(async () => {
  servers = await testServers();
  folder = await mkdtemp(join(tmpdir(), 'headrace-cli-'));
  config = join(folder, 'headrace.yaml');
  await writeFile(
    config,
    `listen: 127.0.0.1:0
adminListen: 127.0.0.1:0
mongodb: { uri: ${JSON.stringify(servers.mongodb.uri)}, database: ${database} }
redis: { uri: ${JSON.stringify(servers.redis.uri)}, prefix: cli }
log: { level: silent }
collections:
  cli_shop.orders: { changes: buffered, idType: string }
`,
  );
  client = new MongoClient(servers.mongodb.uri);
  running = await openBoth(await loadConfiguration({ path: config }));
  for (const id of ['a', 'b', 'c']) {
    const response = await fetch(`${running.url}/v1/db/cli_shop/orders/${id}`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/merge-patch+json' },
      body: '{"n":1}',
    });
    expect(response.status).toBe(202);
  }
  const letters = client.db(database).collection('deadLetters');
  await waitFor(async () => (await letters.countDocuments()) === 3, { what: 'all are given up' });
});
afterAll(async () => {
  await running.stop();
  await client.close();
  await rm(folder, { recursive: true });
  await servers[Symbol.asyncDispose]();
});

async function headrace(...words: readonly string[]) {
  let out = '';
  let err = '';
  const code = await runCommand(['dead-letters', ...words, '--config', config], {
    say: (line) => (out += `${line}\n`),
    note: (line) => (err += `${line}\n`),
    environment: {},
  });
  return { out, err, code };
}

const linesOf = ({ out }: { readonly out: string }): Record<string, unknown>[] =>
  out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

test('dead letters are listed, shown, replayed and discarded', async () => {
  const listed = linesOf(await headrace('list', '--json'));
  expect(listed).toHaveLength(3);
  const ids = listed.map(({ id }) => String(id));
  const table = await headrace('list', '--code', 'document-absent', '--limit', '2');
  expect(table.out.trimEnd().split('\n')).toHaveLength(3);
  expect(await headrace('list', '--namespace', 'cli_shop.others')).toEqual({
    ...{ out: 'no dead letters\n', err: '', code: 0 },
  });

  const shown = await headrace('show', ids[0] ?? '');
  expect(shown.out).toMatch(/^reason +document-absent: .*"merge": \{/ms);
  expect(linesOf(await headrace('show', ids[0] ?? '', '--json'))).toMatchObject([
    { id: ids[0], op: 'patch', document: { merge: { n: { $numberInt: '1' } } } },
  ]);

  const foreseen = await headrace('replay', '--all', '--dry-run');
  expect(foreseen).toMatchObject({ err: '', code: 0 });
  expect(foreseen.out).toMatch(/^3 would-replay$/m);
  const orders = client.db('cli_shop').collection<{ _id: string }>('orders');
  await orders.insertOne({ _id: 'a' });
  const replayed = await headrace('replay', '--namespace', 'cli_shop.orders', '--json');
  expect(replayed.code).toBe(1);
  expect(linesOf(replayed).at(-1)).toEqual({ done: true, replayed: 1, refused: 2 });
  expect(replayed.err).toContain('dead-letters-left: 2 of 3');
  expect(await orders.find().toArray()).toEqual([{ _id: 'a', n: 1 }]);

  const left = linesOf(await headrace('list', '--json')).map(({ id }) => String(id));
  expect(await headrace('discard', ...left)).toMatchObject({ out: '', code: 2 });
  expect(await headrace('discard', ...left, '--yes')).toEqual({
    ...{ out: left.map((id) => `discarded ${id}\n`).join(''), err: '', code: 0 },
  });
  expect(await headrace('show', left[0] ?? '')).toMatchObject({ out: '', code: 1 });
  expect((await headrace('list')).out).toBe('no dead letters\n');
});
