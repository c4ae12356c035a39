import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const source = (file: string): string =>
  pathToFileURL(join(import.meta.dirname, '../../../src/encode', file)).href;

const PROGRAM = `
import { compileEncoder } from '${source('compiled/compile-encoder.ts')}';
import { Arena } from '${source('compiled/arena.ts')}';
import { documentBytes } from '${source('encoded-document.ts')}';
const encoder = compileEncoder({ properties: { a: { bsonType: 'int' } } }, { reservedBytes: 0 });
const arena = new Arena();
const number = encoder.encode({ a: 5 }, arena);
process.stdout.write(documentBytes(arena.document(number)).toString('hex'));
`;

it.each([[[]], [['--disallow-code-generation-from-strings']]])(
  'encodes in a process with the flags %j',
  async (flags) => {
    const { stdout } = await promisify(execFile)(process.execPath, [
      ...['--conditions=headrace-source', ...flags, '--input-type=module', '-e', PROGRAM],
    ]);
    expect(stdout).toBe('0c0000001061000500000000');
  },
);
