import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCommand } from '../src/run-command.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'headrace-cli-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function headrace(words: readonly string[], environment: Record<string, string> = {}) {
  const child = spawn(process.execPath, ['--conditions=headrace-source', main, ...words], {
    cwd: folder,
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { out, err, code };
}

/** The same without a process of its own: quicker, for what does not depend on one. */
async function inProcess(words: readonly string[], environment: Record<string, string> = {}) {
  let out = '';
  let err = '';
  const code = await runCommand(words, {
    say: (line) => (out += `${line}\n`),
    note: (line) => (err += `${line}\n`),
    environment,
  });
  return { out, err, code };
}

describe('help and usage', () => {
  test.each([
    [['--help']],
    [['up', '--help']],
    [['gateway', '--help']],
    [['worker', '--help']],
    [['dead-letters', 'list', '--help']],
    [['dead-letters', 'show', '--help']],
    [['dead-letters', 'replay', '--help']],
    [['dead-letters', 'discard', '--help']],
    [['config', 'check', '--help']],
    [['config', 'print', '--help']],
  ])('%j prints its help with an example', async (words) => {
    const { out, err, code } = await inProcess(words);
    expect({ err, code }).toEqual({ err: '', code: 0 });
    expect(out).toMatch(/^Usage: headrace.*^Examples:\n {2}\S*.*headrace/ms);
  });

  test('the command itself prints its help', async () => {
    const { out, err, code } = await headrace(['--help']);
    expect({ err, code }).toEqual({ err: '', code: 0 });
    expect(out).toContain('Usage: headrace');
  });

  test('--version prints the version and nothing else', async () => {
    expect(await inProcess(['--version'])).toEqual({ out: '0.1.0\n', err: '', code: 0 });
  });

  test('an unknown verb is bad usage, with the one that is meant', async () => {
    const { out, err, code } = await headrace(['gatway']);
    expect({ out, code }).toEqual({ out: '', code: 2 });
    expect(err).toContain("unknown command 'gatway'\n(Did you mean gateway?)");
  });

  test.each([
    [[]],
    [['config']],
    [['up', 'more']],
    [['config', 'check', '--confg', 'x']],
    [['dead-letters', 'replay']],
    [['dead-letters', 'replay', 'id', '--all']],
    [['dead-letters', 'replay', '--all', '--rate', '0']],
    [['dead-letters', 'discard', 'id']],
  ])('%j is bad usage', async (words) => {
    const { out, err, code } = await inProcess(words);
    expect({ out, code }).toEqual({ out: '', code: 2 });
    expect(err).not.toBe('');
  });

  test('a limit that is no number is bad usage', async () => {
    const { err, code } = await inProcess(['dead-letters', 'list', '--limit', 'many']);
    expect({ err, code }).toEqual({
      err: 'headrace: bad-usage: --limit takes a whole number from 1 to 999999, not many. See headrace dead-letters list --help.\n',
      code: 2,
    });
  });
});

describe('config', () => {
  test('check says that a configuration is valid, and what may surprise in it', async () => {
    await writeFile(
      join(folder, 'headrace.yaml'),
      'mongodb: { uri: "mongodb://h" }\ncollections: { shop.orders: { idType: long } }\n',
    );
    const { out, err, code } = await headrace(['config', 'check']);
    expect({ out, code }).toEqual({ out: 'configuration is valid\n', code: 0 });
    expect(err).toMatch(/^note: shop\.orders has idType long.*\n$/);
  });

  test('check lists all problems, each on a line, without a stack', async () => {
    await writeFile(
      join(folder, 'wrong.yaml'),
      'lisen: 1\nredis: { prefix: "{" }\nlog: { level: loud }\n',
    );
    expect(await headrace(['config', 'check', '--config', 'wrong.yaml'])).toEqual({
      out: '',
      err:
        'headrace: bad-configuration: wrong.yaml is not valid:\n' +
        '  lisen: unknown name; did you mean listen?\n' +
        '  redis.prefix: expected up to 64 letters, digits and . - _, found "{"\n' +
        '  log.level: expected silent, error, warn, info or debug, found "loud"\n',
      code: 2,
    });
  });

  test('print shows every default and no password', async () => {
    await writeFile(join(folder, 'mongodb.uri'), 'mongodb://me:hunter2@h/\n');
    await writeFile(join(folder, 'secret.yaml'), 'mongodb: { uriFile: mongodb.uri }\n');
    const { out, err, code } = await headrace(['config', 'print', '--config', 'secret.yaml']);
    expect({ err, code }).toEqual({ err: '', code: 0 });
    expect(out).toContain('  uri: mongodb://me:***@h/\n');
    expect(out).toContain('  partitions: 16\n');
    expect(out).not.toContain('hunter2');
  });

  test('HEADRACE_DEBUG adds the stack', async () => {
    const { err } = await inProcess(['config', 'check', '--config', join(folder, 'none.yaml')], {
      HEADRACE_DEBUG: '1',
    });
    expect(err).toMatch(/^headrace: bad-configuration: \S*none\.yaml is not valid:\n.*^ {4}at /ms);
  });
});

describe('serving', () => {
  test.each(['gateway', 'worker', 'up'])(
    '%s without its configuration starts nothing',
    async (verb) => {
      const { out, err, code } = await inProcess([verb, '--config', join(folder, 'none.yaml')]);
      expect({ out, code }).toEqual({ out: '', code: 2 });
      expect(err).toContain('none.yaml is not valid:\n  can not be read (ENOENT');
    },
  );

  test('gateway needs its MongoDB named, and worker its Redis', async () => {
    await writeFile(join(folder, 'bare.yaml'), 'listen: 127.0.0.1:0\n');
    const gateway = await inProcess(['gateway', '--config', join(folder, 'bare.yaml')]);
    expect(gateway).toMatchObject({
      code: 2,
      err: expect.stringContaining('mongodb.uri: missing') as string,
    });
    await writeFile(join(folder, 'no-redis.yaml'), 'mongodb: { uri: "mongodb://127.0.0.1:1" }\n');
    const worker = await inProcess(['worker', '--config', join(folder, 'no-redis.yaml')]);
    expect(worker).toMatchObject({
      code: 2,
      err: expect.stringContaining('  redis: missing') as string,
    });
  });
});
