import { loadDraft, noteConfiguration, printConfiguration } from '@headrace/gateway';
import type { Terminal } from '../print/terminal-port.ts';

/** `headrace config check`: all problems at once, or that there are none. Starts nothing. */
export async function checkConfig(configPath: string, terminal: Terminal): Promise<void> {
  const draft = await loadDraft({ path: configPath });
  for (const note of noteConfiguration(draft)) terminal.note(`note: ${note}`);
  if (draft.mongodb.uri === undefined) {
    terminal.note(
      'note: mongodb.uri is not given: headrace up will find or start one, gateway and worker need it.',
    );
  }
  terminal.say('configuration is valid');
}

/** `headrace config print`: every default spelled out, secrets hidden. */
export async function printConfig(configPath: string, terminal: Terminal): Promise<void> {
  terminal.say(printConfiguration(await loadDraft({ path: configPath })).trimEnd());
}
