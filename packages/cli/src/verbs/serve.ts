import { badConfiguration } from '@headrace/base';
import type { Terminal } from '../print/terminal-port.ts';
import { constants, setPriority } from 'node:os';
import { runUntilSignal } from './run-until-signal.ts';

// The verbs that stay until they are told to stop. The gateway is loaded only when one of them runs,
// so that help and usage errors come at once.

/** `headrace up`: gateway and worker in one process, with local servers where none are named. */
export async function up(configPath: string, terminal: Terminal): Promise<void> {
  const { loadDraft, noteConfiguration, openBoth } = await import('@headrace/gateway');
  const { findLocalServers } = await import('./find-local-servers.ts');
  const draft = await loadDraft({ path: configPath });
  await runUntilSignal(async (order) => {
    const configuration = await findLocalServers(draft, { configPath, order, terminal });
    for (const note of noteConfiguration(configuration)) terminal.note(`note: ${note}`);
    const both = await openBoth(configuration, { say: terminal.note });
    order.add('gateway and worker', () => both.stop());
    sayListening(both, terminal);
  }, terminal.note);
}

/** `headrace gateway`: answers callers; needs its servers named. */
export async function gateway(configPath: string, terminal: Terminal): Promise<void> {
  const { loadConfiguration, noteConfiguration, openGateway } = await import('@headrace/gateway');
  const configuration = await loadConfiguration({ path: configPath });
  for (const note of noteConfiguration(configuration)) terminal.note(`note: ${note}`);
  await runUntilSignal(async (order) => {
    const open = await openGateway(configuration, { say: terminal.note });
    order.add('gateway', () => open.stop());
    sayListening(open, terminal);
  }, terminal.note);
}

/** `headrace worker`: applies queued writes; needs its servers named, Redis too. */
export async function worker(configPath: string, terminal: Terminal): Promise<void> {
  const { loadConfiguration, openWorker } = await import('@headrace/gateway');
  const configuration = await loadConfiguration({ path: configPath });
  if (!configuration.redis) {
    const text = 'missing; a worker applies what is queued in Redis, so it needs one';
    throw badConfiguration([{ path: 'redis', text }], configPath);
  }
  // Callers wait for a gateway, nobody waits for a worker: where both share a machine it gives way.
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  await runUntilSignal(async (order) => {
    const open = await openWorker(configuration, { say: terminal.note });
    order.add('worker', () => open.stop());
    terminal.say(`headrace listening on ${open.url}`);
  }, terminal.note);
}

interface Listening {
  readonly url: string;
  readonly adminUrl: string;
}

/** The first line is read by programs: it does not change. */
function sayListening({ url, adminUrl }: Listening, terminal: Terminal): void {
  terminal.say(`headrace listening on ${url}`);
  terminal.say(`  API page         ${url}/docs`);
  terminal.say(`  metrics, health  ${adminUrl}/metrics, ${adminUrl}/readyz?verbose`);
}
