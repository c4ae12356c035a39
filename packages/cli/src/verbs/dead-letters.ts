import type { DeadLetterRecordsPort, DeadLetterRow } from '@headrace/gateway';
import { cliErrors } from '../errors.ts';
import type { Terminal } from '../print/terminal-port.ts';
import { deadLetterTable, inOneLine } from './dead-letter-table.ts';

/** Which dead letters are meant. */
export interface ChoiceOptions {
  readonly tenant: string;
  readonly namespace?: string;
  readonly code?: string;
}

export interface ListOptions extends ChoiceOptions {
  readonly limit: string;
  readonly after?: string;
  readonly json?: boolean;
}

const rowsPerPage = 1_000;

/** `headrace dead-letters list`: the newest first, as a table or one JSON text a line. */
export async function listDeadLetters(
  configPath: string,
  options: ListOptions,
  terminal: Terminal,
): Promise<void> {
  const { limit, json = false, ...choice } = options;
  let left = readNumber(limit, { option: '--limit', verb: 'list' });
  await withDeadLetters(configPath, async (deadLetters) => {
    const rows: DeadLetterRow[] = [];
    let { after } = options;
    while (left > 0) {
      const page = await deadLetters.list(choice, { limit: Math.min(left, rowsPerPage), after });
      for (const row of page) {
        if (json) terminal.say(JSON.stringify(row));
        else rows.push(row);
      }
      left = page.length < rowsPerPage ? 0 : left - page.length;
      after = page.at(-1)?.id;
    }
    if (!json) terminal.say(deadLetterTable(rows));
  });
}

export interface ShowOptions {
  readonly tenant: string;
  readonly json?: boolean;
}

/** `headrace dead-letters show`: everything that is known, with the document as Extended JSON. */
export async function showDeadLetter(
  configPath: string,
  { id, tenant, json = false }: ShowOptions & { readonly id: string },
  terminal: Terminal,
): Promise<void> {
  const { toExtendedJson } = await import('@headrace/gateway');
  await withDeadLetters(configPath, async (deadLetters) => {
    const { document, ...letter } = await deadLetters.show(tenant, id);
    const whole = { ...letter, document: JSON.parse(toExtendedJson(document, true)) as unknown };
    if (json) {
      terminal.say(JSON.stringify(whole));
      return;
    }
    const { reason } = letter;
    const facts = {
      ...letter,
      reason: `${reason.code}: ${reason.detail}`,
      at: letter.at.toISOString(),
      acceptedAt: letter.acceptedAt.toISOString(),
    };
    for (const [name, value] of Object.entries(facts)) {
      terminal.say(`${name.padEnd(11)} ${inOneLine(String(value))}`);
    }
    terminal.say(`document    ${JSON.stringify(whole.document, null, 2)}`);
  });
}

export interface DiscardOptions {
  readonly tenant: string;
  readonly yes?: boolean;
}

/** `headrace dead-letters discard`: removes each, and says so. */
export async function discardDeadLetters(
  configPath: string,
  { ids, tenant, yes = false }: DiscardOptions & { readonly ids: readonly string[] },
  terminal: Terminal,
): Promise<void> {
  if (!yes) {
    const problem = 'A discarded dead letter can not be brought back: say --yes.';
    throw cliErrors.create('bad-usage', { problem, verb: 'dead-letters discard' });
  }
  await withDeadLetters(configPath, async (deadLetters) => {
    for (const id of ids) {
      await deadLetters.discard(tenant, id);
      terminal.say(`discarded ${id}`);
    }
  });
}

/**
 * A whole number of an option.
 * @throws HeadraceError `bad-usage`
 */
export function readNumber(
  text: string,
  { option, verb }: { readonly option: string; readonly verb: string },
): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  const problem = `${option} takes a whole number from 1 to 999999, not ${text}.`;
  throw cliErrors.create('bad-usage', { problem, verb: `dead-letters ${verb}` });
}

async function withDeadLetters(
  configPath: string,
  act: (deadLetters: DeadLetterRecordsPort) => Promise<void>,
): Promise<void> {
  const { loadConfiguration, openDeadLetters } = await import('@headrace/gateway');
  const opened = openDeadLetters(await loadConfiguration({ path: configPath }));
  try {
    await act(opened.part);
  } finally {
    await opened.stop();
  }
}
