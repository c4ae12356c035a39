import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from '../architecture/source-files.ts';
import { openGatewayOfPage, type GatewayOfPage } from './open-gateway-of-page.ts';
import { programFolder, type ProgramFolder } from './program-folder.ts';
import { codeBlocks, type CodeBlock } from './read-markdown.ts';

const PAGE = 'docs/from-the-driver.md';
const execute = promisify(execFile);
const blocks = codeBlocks(PAGE);
/** Each program of the page, and what the page says it prints. */
const programs = blocks.flatMap((block, at): [string, CodeBlock, CodeBlock | undefined][] =>
  block.language === 'ts' ? [[block.place, block, blocks[at + 1]]] : [],
);

let gateway: GatewayOfPage;
let folder: ProgramFolder;

beforeAll(async () => {
  gateway = await openGatewayOfPage(PAGE);
  folder = await programFolder();
});

afterAll(async () => {
  await folder[Symbol.asyncDispose]();
  await gateway[Symbol.asyncDispose]();
});

test('the page has programs', () => {
  expect(programs.length).toBeGreaterThanOrEqual(3);
});

test.each(programs)('%s prints what the page says', async (place, program, printed) => {
  expect(printed?.language).toBe('text');
  const text = program.text.replaceAll('http://127.0.0.1:8080', gateway.url);
  expect(await folder.run(fileOf(place), text)).toBe(printed?.text);
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
