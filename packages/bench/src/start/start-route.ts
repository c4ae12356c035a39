import { fileURLToPath } from 'node:url';
import { startProcess } from '@headrace/local-servers';
import { COLLECTION, DATABASE, type PlainChoice, type Subject } from './subject.ts';

/** The plain route in a process of its own. */
export async function startPlain(mongodbUri: string, choice: PlainChoice): Promise<Subject> {
  return await startRoute('plain', [
    ...['--uri', mongodbUri, '--database', DATABASE, '--collection', COLLECTION],
    ...['--pool', String(choice.pool), '--parser', choice.parser],
  ]);
}

/** The route that stores nothing, in a process of its own. */
export async function startEmpty(): Promise<Subject> {
  return await startRoute('empty', []);
}

async function startRoute(name: 'plain' | 'empty', args: readonly string[]): Promise<Subject> {
  const running = await startProcess({
    name,
    path: process.execPath,
    args: [fileURLToPath(new URL(`../routes/${name}.ts`, import.meta.url)), ...args],
    cwd: process.cwd(),
    env: { NODE_ENV: 'production' },
    ready: /^route listening on (\S+)/,
  });
  return {
    url: running.captured[0] ?? '',
    path: '/orders',
    updateType: 'application/json',
    pids: { server: running.pid },
    backlog: () => Promise.resolve(0),
    drain: () => Promise.resolve(),
    stop: async () => {
      await running.stop();
    },
  };
}
