import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openGatewayOfPage, type GatewayOfPage } from './open-gateway-of-page.ts';
import { programFolder } from './program-folder.ts';
import { codeBlocks, readPage } from './read-markdown.ts';
import {
  differences,
  shownExamples,
  takeApart,
  writeIdIn,
  type ShownExample,
} from './shown-example.ts';

const MARK = '<!-- examples: run by test/docs -->';
const execute = promisify(execFile);

describe.each([
  ['README.md', 9],
  ['docs/http.md', 24],
])('%s', (path, fewest) => {
  const examples = examplesOf(path);
  let gateway: GatewayOfPage;
  /** The examples go on from each other: WRITE_ID stands for the one in the answer before. */
  let lastWriteId = '';

  beforeAll(async () => {
    gateway = await openGatewayOfPage(path);
  });

  afterAll(async () => {
    await gateway[Symbol.asyncDispose]();
  });

  test('has examples', () => {
    expect(examples.length).toBeGreaterThanOrEqual(fewest);
  });

  for (const { command, answer, place } of examples) {
    test(`${place} $ ${command.slice(0, 60)}`, async () => {
      const real = command
        .replaceAll('http://127.0.0.1:8080', gateway.url)
        .replaceAll('http://127.0.0.1:8081', gateway.adminUrl)
        .replaceAll('WRITE_ID', lastWriteId);
      const { stdout } = await execute('bash', ['-c', real]);
      lastWriteId = writeIdIn(stdout) ?? lastWriteId;
      expect(answer, `the page shows no answer; it is\n${stdout}`).not.toBe('');
      const found = differences(takeApart(answer), takeApart(stdout));
      expect(found, `the whole answer:\n${stdout}`).toEqual([]);
    });
  }

  const programs = codeBlocks(path).filter(({ language }) => language === 'ts');
  test.each(programs.map(({ text, place }) => [place, text]))('%s stores A-0', async (_, text) => {
    await using folder = await programFolder();
    await folder.run('program.ts', text.replaceAll('http://127.0.0.1:8080', gateway.url));
    const stored = await fetch(`${gateway.url}/v1/db/shop/orders/A-0`);
    expect(await stored.json()).toEqual({ _id: 'A-0', total: { $numberDecimal: '19.99' } });
  });
});

function examplesOf(path: string): ShownExample[] {
  const [before = '', after = ''] = readPage(path).split(MARK);
  // Blank lines in front keep the line numbers of the page.
  const page = '\n'.repeat(before.split('\n').length - 1) + after;
  return codeBlocks(path, page)
    .filter(({ language }) => language === 'console')
    .flatMap(shownExamples)
    .filter(({ command }) => /\bcurl\b/.test(command));
}
