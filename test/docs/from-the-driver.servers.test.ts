import { execFile } from 'node:child_process';
import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { completeDraft, loadDraft, openBoth, type RunningGateway } from '@headrace/gateway';
import {
  temporaryFolder,
  testServers,
  type TemporaryFolder,
  type TestServers,
} from '@headrace/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from '../architecture/source-files.ts';
import { codeBlocks, type CodeBlock } from './read-markdown.ts';

const execute = promisify(execFile);
const blocks = codeBlocks('docs/from-the-driver.md');
/** Each program of the page, and what the page says it prints. */
const programs = blocks.flatMap((block, at): [string, CodeBlock, CodeBlock | undefined][] =>
  block.language === 'ts' ? [[block.place, block, blocks[at + 1]]] : [],
);

let servers: TestServers;
let running: RunningGateway;
let folder: TemporaryFolder;

beforeAll(async () => {
  servers = await testServers();
  const text = blocks.find(({ language }) => language === 'yaml')?.text ?? '';
  const uris = { mongodbUri: servers.mongodb.uri, redisUri: servers.redis.uri };
  const anywhere = { host: '127.0.0.1', port: 0 };
  running = await openBoth({
    ...completeDraft(await loadDraft({ text }), uris),
    ...{ listen: anywhere, adminListen: anywhere, workerListen: anywhere },
    log: { level: 'silent' },
  });
  folder = await temporaryFolder();
  await writeFile(join(folder.path, 'package.json'), '{ "type": "module" }');
  await symlink(join(root, 'node_modules'), join(folder.path, 'node_modules'));
});

afterAll(async () => {
  await folder[Symbol.asyncDispose]();
  await running.stop();
  await servers[Symbol.asyncDispose]();
});

test('the page has programs', () => {
  expect(programs.length).toBeGreaterThanOrEqual(3);
});

test.each(programs)('%s prints what the page says', async (place, program, printed) => {
  expect(printed?.language).toBe('text');
  const file = join(folder.path, fileOf(place));
  await writeFile(file, program.text.replaceAll('http://127.0.0.1:8080', running.url));
  const words = ['--conditions=headrace-source', file];
  const { stdout } = await execute(process.execPath, words, { cwd: folder.path });
  expect(stdout).toBe(printed?.text);
});

test('every program passes a strict type check', async () => {
  for (const [place, { text }] of programs) await writeFile(join(folder.path, fileOf(place)), text);
  const compilerOptions = { noEmit: true, typeRoots: [join(root, 'node_modules/@types')] };
  const files = programs.map(([place]) => fileOf(place));
  const settings = { extends: join(root, 'tsconfig.base.json'), compilerOptions, files };
  await writeFile(join(folder.path, 'tsconfig.json'), JSON.stringify(settings));
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const printed = await execute(process.execPath, [tsc, '-p', '.'], { cwd: folder.path }).catch(
    (failed: unknown) => failed as { readonly stdout: string },
  );
  expect(printed.stdout).toBe('');
});

function fileOf(place: string): string {
  return `${place.replaceAll(/[/:.]/g, '-')}.ts`;
}
