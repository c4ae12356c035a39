import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { completeDraft, loadDraft, openBoth, type RunningGateway } from '@headrace/gateway';
import { testServers, type TestServers } from '@headrace/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codeBlocks, readPage } from './read-markdown.ts';
import { differences, shownExamples, takeApart, writeIdIn } from './shown-example.ts';

const MARK = '<!-- examples: run by test/docs -->';
const execute = promisify(execFile);
const page = readPage('README.md');
const [before = '', after = ''] = page.split(MARK);
// Blank lines in front keep the line numbers of the page.
const examples = codeBlocks('README.md', '\n'.repeat(before.split('\n').length - 1) + after)
  .filter(({ language }) => language === 'console')
  .flatMap(shownExamples)
  .filter(({ command }) => /\bcurl\b/.test(command));

let servers: TestServers;
let running: RunningGateway;
/** The examples go on from each other: WRITE_ID stands for the one in the answer before. */
let lastWriteId = '';

beforeAll(async () => {
  servers = await testServers();
  const [configuration] = codeBlocks('README.md').filter(({ language }) => language === 'yaml');
  const draft = await loadDraft({ text: configuration?.text ?? '' });
  const uris = { mongodbUri: servers.mongodb.uri, redisUri: servers.redis.uri };
  const anywhere = { host: '127.0.0.1', port: 0 };
  running = await openBoth({
    ...completeDraft(draft, uris),
    ...{ listen: anywhere, adminListen: anywhere, workerListen: anywhere },
    log: { level: 'silent' },
  });
});

afterAll(async () => {
  await running.stop();
  await servers[Symbol.asyncDispose]();
});

test('the README has examples', () => {
  expect(examples.length).toBeGreaterThanOrEqual(6);
});

for (const { command, answer, place } of examples) {
  test(`${place} $ ${command.slice(0, 60)}`, async () => {
    const real = command
      .replaceAll('http://127.0.0.1:8080', running.url)
      .replaceAll('http://127.0.0.1:8081', running.adminUrl)
      .replaceAll('WRITE_ID', lastWriteId);
    const { stdout } = await execute('bash', ['-c', real]);
    lastWriteId = writeIdIn(stdout) ?? lastWriteId;
    expect(answer, `the page shows no answer; it is\n${stdout}`).not.toBe('');
    const found = differences(takeApart(answer), takeApart(stdout));
    expect(found, `the whole answer:\n${stdout}`).toEqual([]);
  });
}
