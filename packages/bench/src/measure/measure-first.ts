import { fileURLToPath } from 'node:url';
import { startProcess } from '@headrace/local-servers';
import type { FirstCase } from '../plan/first-cases.ts';
import type { FirstTimes } from '../start/first-request.ts';

/** One process and its first requests. */
export interface FirstRow extends FirstTimes {
  readonly round: number;
  readonly name: FirstCase;
  /** How many came at once. */
  readonly requests: number;
}

export type FirstStep = Pick<FirstRow, 'round' | 'name' | 'requests'>;

/** Starts a process, has it insert, and ends it. */
export async function measureFirst(step: FirstStep, mongodbUri: string): Promise<FirstRow> {
  const program = fileURLToPath(new URL('../start/first-request.ts', import.meta.url));
  const running = await startProcess({
    name: 'first request',
    path: process.execPath,
    args: [...process.execArgv, program, mongodbUri, step.name, String(step.requests)],
    cwd: process.cwd(),
    env: { NODE_ENV: 'production' },
    ready: /^first (\{.*\})/,
  });
  await running.stop();
  return { ...step, ...roundedTimes(JSON.parse(running.captured[0] ?? '') as FirstTimes) };
}

function roundedTimes({ readyMs, firstMs, steadyMs }: FirstTimes): FirstTimes {
  const rounded = (ms: number): number => Number(ms.toFixed(3));
  return { readyMs: rounded(readyMs), firstMs: rounded(firstMs), steadyMs: rounded(steadyMs) };
}
