import { fileURLToPath } from 'node:url';
import { startProcess, type RunningProcess } from '@headrace/local-servers';
import { COLLECTION, DATABASE, type PlainChoice, type Subject } from './subject.ts';

/** The plain route in a process of its own. */
export async function startPlain(mongodbUri: string, choice: PlainChoice): Promise<Subject> {
  return routeSubject(await startRouteProgram('plain', insertArgs(mongodbUri, choice)));
}

/** The plain route with mongoose in place of the driver, at the same settings. */
export async function startMongoose(mongodbUri: string, choice: PlainChoice): Promise<Subject> {
  return routeSubject(await startRouteProgram('mongoose', insertArgs(mongodbUri, choice)));
}

/** The route that stores nothing, in a process of its own. */
export async function startEmpty(): Promise<Subject> {
  return routeSubject(await startRouteProgram('empty', []));
}

function insertArgs(mongodbUri: string, choice: PlainChoice): readonly string[] {
  return [
    ...['--uri', mongodbUri, '--database', DATABASE, '--collection', COLLECTION],
    ...['--pool', String(choice.pool), '--parser', choice.parser],
  ];
}

/** Starts a program of `routes/`. */
export function startRouteProgram(
  name: 'plain' | 'mongoose' | 'empty' | 'bullmq' | 'bullmq-worker',
  args: readonly string[],
): Promise<RunningProcess> {
  return startProcess({
    name,
    path: process.execPath,
    args: [fileURLToPath(new URL(`../routes/${name}.ts`, import.meta.url)), ...args],
    cwd: process.cwd(),
    env: { NODE_ENV: 'production' },
    ready: /^(?:route listening on (\S+)|worker ready)/,
  });
}

/** A route that has stored what it has answered, if it stores at all. */
export function routeSubject(running: RunningProcess): Subject {
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
