import { cliErrors } from '../errors.ts';
import { deadLetterTable, type DeadLetterRow } from './dead-letter-table.ts';
import type { Terminal } from '../print/terminal-port.ts';

/** As they come from the command line. */
export interface ListOptions {
  readonly tenant?: string;
  readonly limit: string;
  readonly after?: string;
  readonly json?: boolean;
}

/** `headrace dead-letters list`: the oldest first, as a table or one JSON text a line. */
export async function listDeadLetters(
  configPath: string,
  options: ListOptions,
  terminal: Terminal,
): Promise<void> {
  if (!/^[1-9]\d{0,5}$/.test(options.limit)) {
    const problem = `--limit takes a whole number from 1 to 999999, not ${options.limit}.`;
    throw cliErrors.create('bad-usage', { problem, verb: 'dead-letters list' });
  }
  const gateway = await import('@headrace/gateway');
  const configuration = await gateway.loadConfiguration({ path: configPath });
  const { tenant, after } = options;
  const rows: DeadLetterRow[] = [];
  for await (const row of gateway.listDeadLetters(configuration, {
    limit: Number(options.limit),
    ...(tenant === undefined ? {} : { tenant }),
    ...(after === undefined ? {} : { after }),
  })) {
    if (options.json) terminal.say(JSON.stringify(row));
    else rows.push(row);
  }
  if (!options.json) terminal.say(deadLetterTable(rows));
}
