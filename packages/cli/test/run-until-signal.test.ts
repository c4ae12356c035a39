import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

const program = fileURLToPath(new URL('./programs/serve-and-drain.ts', import.meta.url));

/** Runs the program; `react` is told every line and may send signals. */
function run(mode: string, react: (line: string, send: (signal: NodeJS.Signals) => void) => void) {
  const child = spawn(process.execPath, ['--conditions=headrace-source', program, mode], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    react(line, (signal) => child.kill(signal));
  });
  return new Promise<{ lines: string[]; code: number | null }>((resolve) => {
    child.once('close', (code) => {
      resolve({ lines, code });
    });
  });
}

test.each(['SIGINT', 'SIGTERM'] as const)('%s drains, then ends well', async (signal) => {
  const { lines, code } = await run('drains', (line, send) => {
    if (line === 'listening') send(signal);
  });
  expect(code).toBe(0);
  expect(lines).toEqual([
    'starting',
    'listening',
    expect.stringContaining(signal),
    'server stopped',
    'pool stopped',
  ]);
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('a second %s leaves at once with %i', async (signal, expected) => {
  let sent = 0;
  const { lines, code } = await run('never-drains', (line, send) => {
    if (sent > 1 || !(line === 'listening' || line.startsWith(signal))) return;
    sent += 1;
    send(signal);
  });
  expect(code).toBe(expected);
  expect(lines).not.toContain('pool stopped');
});

test('a signal during the start lets it end, then stops all of it', async () => {
  const { lines, code } = await run('starts-after-signal', (line, send) => {
    if (line === 'starting') send('SIGTERM');
  });
  expect(code).toBe(0);
  expect(lines.slice(-3)).toEqual(['listening', 'server stopped', 'pool stopped']);
});

test('a start that fails stops what had started, and says why it failed', async () => {
  const { lines, code } = await run('fails', () => undefined);
  expect(code).toBe(1);
  expect(lines).toEqual(['starting', 'pool stopped', 'failed: no port']);
});
