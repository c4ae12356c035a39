import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { gatewayPlan, keepGatewayRunning } from '../src/keep-gateway-running.ts';

const SPEAKS = `
  console.log('headrace listening on http://127.0.0.1:1');
  process.on('SIGTERM', () => process.exit(0));
  setInterval(() => {}, 1000);
`;

function plan(script: string) {
  return { ...gatewayPlan(''), args: ['-e', script], cwd: tmpdir() };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

it('starts the gateway again when it is killed, and gives up when that goes on', async () => {
  const said: string[] = [];
  const lost: unknown[] = [];
  const gateway = await keepGatewayRunning(plan(SPEAKS), {
    say: (line) => said.push(line),
    onLost: (error) => lost.push(error),
  });
  expect(gateway.url).toBe('http://127.0.0.1:1');
  for (let restarts = 1; restarts <= 5; restarts += 1) {
    const { pid } = gateway;
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => gateway.pid, { timeout: 10_000 }).not.toBe(pid);
    expect(said).toHaveLength(restarts);
  }
  process.kill(gateway.pid, 'SIGKILL');
  await expect.poll(() => lost).toMatchObject([{ code: 'gateway-keeps-ending' }]);
  await gateway.stop();
});

it('leaves no process behind and calls nothing lost when it is stopped', async () => {
  const events: unknown[] = [];
  const record = (event: unknown): void => void events.push(event);
  const gateway = await keepGatewayRunning(plan(SPEAKS), { say: record, onLost: record });
  await gateway.stop();
  expect(isAlive(gateway.pid)).toBe(false);
  expect(events).toEqual([]);
});

it('passes on what a gateway that will not start has to say', async () => {
  const refuses = plan(`console.error('A replica set is needed.'); process.exit(1)`);
  const nothing = (): void => undefined;
  await expect(keepGatewayRunning(refuses, { say: nothing, onLost: nothing })).rejects.toThrow(
    'A replica set is needed.',
  );
});
