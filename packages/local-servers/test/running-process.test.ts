import { startProcess } from '@headrace/local-servers';
import { expect, test } from 'vitest';

const shell = (script: string): Parameters<typeof startProcess>[0] => ({
  ...{ name: 'a script', path: '/bin/sh', args: ['-c', script] },
  ...{ cwd: '/', ready: /^ready (\w+)$/, readyWithinMs: 300 },
});

test('what the ready line captured, and lines printed later, can be read', async () => {
  await using running = await startProcess(shell('echo ready one; read wait; sleep 60'));
  expect(running.captured).toEqual(['one']);
  expect(running.logTail()).toBe('ready one');
});

test('a program that ends before its ready line is reported with its last words', async () => {
  await expect(startProcess(shell('echo "no such thing" >&2; exit 3'))).rejects.toMatchObject({
    code: 'server-did-not-start',
    details: { name: 'a script', ending: 'ended with exit code 3', logTail: 'no such thing' },
  });
});

test('a program that is up and silent is ended and reported', async () => {
  await expect(startProcess(shell('echo starting; exec sleep 60'))).rejects.toMatchObject({
    details: { ending: 'nothing said within 300 ms', logTail: 'starting' },
  });
});

test('a program that is not there is reported', async () => {
  await expect(
    startProcess({ ...shell(''), path: '/nowhere/program', args: [] }),
  ).rejects.toMatchObject({ code: 'server-did-not-start' });
});
