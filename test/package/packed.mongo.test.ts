import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import {
  freshDatabaseName,
  temporaryFolder,
  testMongo,
  type TemporaryFolder,
} from '@headrace/testkit';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listFiles, root } from '../architecture/source-files.ts';
import { codeBlocks } from '../docs/read-markdown.ts';
import { installInto, packAll, publishedFolders, run, type Tarball } from './installed-packages.ts';
import { fulfils, nodesOnPath } from './nodes-on-path.ts';

// What a consumer gets: the tarballs, installed from the registry into an empty folder.
const folders = await publishedFolders();
const nodes = nodesOnPath();
let place: TemporaryFolder;
let tarballs: Tarball[];

beforeAll(async () => {
  place = await temporaryFolder();
  tarballs = await packAll(place.path);
  await installInto(place.path, tarballs);
}, 240_000);

afterAll(async () => {
  await place[Symbol.asyncDispose]();
});

test('the published packages are these, and private ones are not among them', () => {
  expect(tarballs.map(({ name }) => name).sort()).toEqual([
    '@headrace/base',
    '@headrace/cli',
    '@headrace/client',
    '@headrace/gateway',
    '@headrace/local-servers',
    '@headrace/operate',
    '@headrace/writer',
  ]);
});

describe.each(folders)('%s', (name) => {
  const installed = () => join(place.path, 'node_modules/@headrace', name);
  const packed = () => {
    const tarball = tarballs.find((one) => one.name === `@headrace/${name}`);
    return (tarball?.files ?? []).map(({ path }) => path);
  };
  const described = async () =>
    JSON.parse(await readFile(join(installed(), 'package.json'), 'utf8')) as Described;

  test('packs what runs, with README and licence, and nothing else', async () => {
    const other = packed().filter(
      (path) => !/^(dist\/.+\.(js|d\.ts|lua)|assets\/.+|package\.json)$/.test(path),
    );
    expect(other.sort()).toEqual(['LICENSE', 'README.md']);
    expect(packed().filter((path) => /\.test\.|tsbuildinfo|internals/.test(path))).toEqual([]);
    const scripts = listFiles(`packages/${name}/src/**/*.lua`).map((path) => basename(path));
    const packedScripts = packed().filter((path) => path.endsWith('.lua'));
    expect(packedScripts.map((path) => basename(path)).sort()).toEqual(scripts.sort());
    expect(await readFile(join(installed(), 'LICENSE'), 'utf8')).toContain('Apache License');
    expect(await readFile(join(installed(), 'README.md'), 'utf8')).toContain(`# @headrace/${name}`);
    expect(await described()).toMatchObject({ license: 'Apache-2.0', version: '0.1.0' });
  });

  test('imports only what it declares', async () => {
    const { dependencies } = await described();
    const modules = packed().filter((path) => /\.(js|d\.ts)$/.test(path));
    const undeclared = new Set<string>();
    for (const module of modules) {
      for (const from of foreignImports(await readFile(join(installed(), module), 'utf8'))) {
        if (!(packageOf(from) in dependencies)) undeclared.add(from);
      }
    }
    expect([...undeclared]).toEqual([]);
  });

  test('leads to files that are there, under every condition', async () => {
    const { exports } = await described();
    const targets = Object.values(exports).flatMap((entry) =>
      typeof entry === 'string' ? [entry] : Object.values(entry),
    );
    for (const target of targets) {
      expect((await readFile(join(installed(), target), 'utf8')).length).toBeGreaterThan(0);
    }
    const words = ['--conditions=headrace-source', '--input-type=module', '-e'];
    await run(process.execPath, [...words, `await import('@headrace/${name}')`], place.path);
  });

  test(`loads in plain Node: ${nodes.map(({ version }) => version).join(', ')}`, async () => {
    const { engines, exports } = await described();
    const fitting = nodes.filter(({ version }) => fulfils(version, engines.node));
    expect(fitting.map(({ path }) => path)).toContain(process.execPath);
    for (const node of fitting) {
      for (const entry of Object.keys(exports).filter((entry) => !entry.endsWith('.json'))) {
        const from = JSON.stringify(`@headrace/${name}${entry.slice(1)}`);
        const program = `console.log(Object.keys(await import(${from})).length > 0)`;
        const printed = await run(node.path, ['--input-type=module', '-e', program], place.path);
        expect(`${node.version}: ${printed}`).toBe(`${node.version}: true\n`);
      }
    }
  });
});

test('a strict consumer and every program in a README type-check, libraries included', async () => {
  const programs = folders
    .flatMap((name) => codeBlocks(`packages/${name}/README.md`))
    .filter(({ language }) => language === 'ts')
    .map(({ text, place }) => [`${place.replaceAll(/[/:]/g, '-')}.ts`, text] as const);
  expect(programs.length).toBeGreaterThanOrEqual(4);
  const files = new Map([['consumer.ts', consumer], ...programs]);
  for (const [file, text] of files) await writeFile(join(place.path, file), text);
  const options = {
    ...{ target: 'es2023', module: 'nodenext', moduleResolution: 'nodenext', strict: true },
    ...{ skipLibCheck: false, exactOptionalPropertyTypes: true, noEmit: true, types: ['node'] },
    typeRoots: [join(root, 'node_modules/@types')],
  };
  const settings = { compilerOptions: options, files: [...files.keys()] };
  await writeFile(join(place.path, 'tsconfig.json'), JSON.stringify(settings));
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const printed = await run(process.execPath, [tsc, '-p', '.'], place.path).catch(printedBy);
  expect(printed).toBe('');
}, 180_000);

describe('the installed command', () => {
  const headrace = (...words: string[]) =>
    run(join(place.path, 'node_modules/.bin/headrace'), words, place.path);

  test('prints its version', async () => {
    expect(await headrace('--version')).toBe('0.1.0\n');
  });

  test('checks a configuration', async () => {
    await writeFile(join(place.path, 'headrace.yaml'), 'collections:\n  shop.orders: {}\n');
    expect(await headrace('config', 'check')).toBe('configuration is valid\n');
    await writeFile(join(place.path, 'wrong.yaml'), 'colections:\n  shop.orders: {}\n');
    const wrong = headrace('config', 'check', '--config', 'wrong.yaml');
    await expect(wrong).rejects.toMatchObject({ code: 2 });
  });
});

test('the installed writer inserts once, however often it is told', async () => {
  await using mongodb = await testMongo();
  const database = freshDatabaseName();
  await writeFile(join(place.path, 'insert.mjs'), inserting);
  const writing = nodes.filter(({ version }) => fulfils(version, '>=20.19.0'));
  for (const node of writing) {
    const words = ['insert.mjs', mongodb.uri, database, node.version];
    const [first, second] = JSON.parse(await run(node.path, words, place.path)) as Receipt[];
    expect(first).toMatchObject({ state: 'applied', replayed: false });
    expect(second).toEqual({ ...first, replayed: true });
  }
  const client = await MongoClient.connect(mongodb.uri);
  const stored = await client.db(database).collection('orders').find().toArray();
  await client.close();
  expect(stored.map(({ of }) => of as string)).toEqual(writing.map(({ version }) => version));
});

interface Described {
  readonly engines: { readonly node: string };
  readonly dependencies: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
}

interface Receipt {
  readonly state: string;
  readonly replayed: boolean;
}

/** Module names that are neither relative nor Node's own. */
function foreignImports(text: string): string[] {
  const found = text.matchAll(/^(?:.*\bfrom |.*\bimport\(|import )['"]([^'".][^'"]*)['"]/gm);
  return [...found].map(([, from = '']) => from).filter((from) => !from.startsWith('node:'));
}

function packageOf(from: string): string {
  return from
    .split('/')
    .slice(0, from.startsWith('@') ? 2 : 1)
    .join('/');
}

function printedBy(failed: { stdout: string; stderr: string }): string {
  return failed.stdout + failed.stderr;
}

const consumer = `
import { HeadraceError, type Log, type Metrics } from '@headrace/base';
import { openWriter, type InsertReceipt, type WriterOptions } from '@headrace/writer';
import { loadConfiguration, openBoth, type RunningGateway } from '@headrace/gateway';
import { findServers, type FoundServers } from '@headrace/local-servers';
import { cliErrors, runCommand } from '@headrace/cli';

export async function insert(options: WriterOptions, log: Log, metrics: Metrics) {
  const writer = await openWriter({ ...options, log, metrics });
  const receipt: InsertReceipt = await writer
    .collection('shop.orders')
    .insertOne({ total: 1 }, { tier: 'strong', idempotencyKey: 'k' });
  // @ts-expect-error there is no such tier
  await writer.collection('shop.orders').insertOne({}, { tier: 'weak' });
  await writer.stop();
  return receipt.receipt.guaranteed;
}
export async function serve(path: string): Promise<RunningGateway> {
  return openBoth(await loadConfiguration({ path }));
}
export const found = (folder: string): Promise<FoundServers> => findServers({ folder });
export const isOurs = (error: unknown) => error instanceof HeadraceError && error.code;
export { cliErrors, runCommand };
`;

const inserting = `
import { openWriter } from '@headrace/writer';
const [, , uri, database, version] = process.argv;
const namespace = database + '.orders';
const writer = await openWriter({ uri, database: database + '_own', collections: { [namespace]: {} } });
const insert = async () => {
  const document = { of: version };
  const options = { idempotencyKey: 'order-of-' + version };
  return (await writer.collection(namespace).insertOne(document, options)).receipt;
};
console.log(JSON.stringify([await insert(), await insert()]));
await writer.stop();
`;
