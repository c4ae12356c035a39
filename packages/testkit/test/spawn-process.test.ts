import { join } from 'node:path';
import { writeFile } from 'node:fs/promises';
import { spawnProcess, temporaryFolder } from '@headrace/testkit';
import { expect, test } from 'vitest';

test('a TypeScript entry runs until told to end, with its arguments and environment', async () => {
  await using folder = await temporaryFolder();
  const entry = join(folder.path, 'entry.ts');
  await writeFile(
    entry,
    `const greeting: string = 'ready ' + process.argv[2] + ' ' + process.env['COLOUR'];
     process.once('SIGTERM', () => process.exit(7));
     console.log(greeting);
     setInterval(() => undefined, 1000);`,
  );
  await using running = await spawnProcess({
    ...{ entry, args: ['with-words'], env: { COLOUR: 'blue' } },
    ready: /^ready (\S+) (\S+)$/,
  });
  expect(running.captured).toEqual(['with-words', 'blue']);
  expect(running.logTail()).toContain('ready with-words blue');
  expect(await running.stop()).toEqual({ code: 7, signal: null });
});
