import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, existsSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { promisify } from 'node:util';
import {
  freshDatabaseName,
  temporaryFolder,
  testMongo,
  type TemporaryFolder,
} from '@headrace/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestGateway, type TestGateway } from './test-gateway.ts';

const run = promisify(execFile);
/** Failing lines are sent in such number that no socket holds them, and none is read meanwhile. */
const BAD_LINES = 100_000;
const GOOD_LINES = 20;
const programs: [language: string, command: string, ...args: string[]][] = [
  ['Node fetch', process.execPath, 'send.mjs'],
  ['Node http', process.execPath, 'send-http.mjs'],
  ['Python http.client', 'python3', 'send.py'],
  ['Go net/http', 'go', 'run', 'send.go'],
  ['Java java.net.http', 'java', 'Send.java'],
];

let mongo: Awaited<ReturnType<typeof testMongo>>;
let gateway: TestGateway;
let folder: TemporaryFolder;
let file: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  file = join(folder.path, 'lines.ndjson');
  await writeLines(file);
  mongo = await testMongo();
  gateway = await openTestGateway({ mongodbUri: mongo.uri, database: freshDatabaseName() });
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await mongo[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

for (const [language, command, ...args] of programs) {
  const missing = isOnPath(command) ? '' : ` (${command} is not on PATH)`;
  it.skipIf(missing !== '')(
    `${language} sends 100,020 lines and reads the answer${missing}`,
    async () => {
      const stored = gateway.db.collection('orders');
      await stored.deleteMany({});
      const cwd = join(import.meta.dirname, 'clients');
      const { stdout } = await run(
        command,
        [...args, `${gateway.base}/orders/_bulk?results=failures`, file],
        { cwd, timeout: 50_000 },
      );
      const [status, ...last] = stdout.trim().split(' ');
      expect(status, language).toBe('200');
      expect(JSON.parse(last.join(' '))).toMatchObject({
        done: true,
        lines: BAD_LINES + GOOD_LINES,
        applied: GOOD_LINES,
        failed: BAD_LINES,
      });
      expect(await stored.countDocuments()).toBe(GOOD_LINES);
    },
  );
}

function isOnPath(command: string): boolean {
  if (isAbsolute(command)) return true;
  return (process.env['PATH'] ?? '').split(delimiter).some((at) => existsSync(join(at, command)));
}

async function writeLines(path: string): Promise<void> {
  const lines = createWriteStream(path);
  for (let i = 0; i < GOOD_LINES; i++) lines.write(`{"n":${i}}\n`);
  const bad = `not JSON${' '.repeat(200)}\n`.repeat(1000);
  for (let i = 0; i < BAD_LINES / 1000; i++) if (!lines.write(bad)) await once(lines, 'drain');
  lines.end();
  await once(lines, 'close');
}
