import type { Command } from 'commander';
import { examples, verb, type Named } from './describe-verb.ts';
import type { Terminal } from './print/terminal-port.ts';
import type { DiscardOptions, ListOptions, ShowOptions } from './verbs/dead-letters.ts';
import type { ReplayOptions } from './verbs/replay-dead-letters.ts';

/** Adds the verbs for writes that can not be applied. */
export function addDeadLetters(command: Command, terminal: Terminal): void {
  const letters = command
    .command('dead-letters')
    .description('look at writes that can not be applied, send them again or drop them')
    .addHelpText('after', examples('headrace dead-letters list'));
  addList(letters, terminal);
  addShow(letters, terminal);
  addReplay(letters, terminal);
  addDiscard(letters, terminal);
}

function addList(letters: Command, terminal: Terminal): void {
  chosen(verb(letters, 'list', 'list dead letters with their reasons, newest first'))
    .option('--limit <number>', 'at most so many', '100')
    .option('--after <id>', 'only those after this one, to go on where a list ended')
    .option('--json', 'one JSON text a line instead of a table')
    .addHelpText(
      'after',
      examples(
        'headrace dead-letters list --limit 20',
        'headrace dead-letters list --code document-refused --json | wc -l',
      ),
    )
    .action(async ({ config, ...options }: Named & ListOptions) => {
      const { listDeadLetters } = await import('./verbs/dead-letters.ts');
      await listDeadLetters(config, options, terminal);
    });
}

function addShow(letters: Command, terminal: Terminal): void {
  verb(letters, 'show <id>', 'show a dead letter whole, with its document')
    .option('--tenant <tenant>', 'whose it is', 'default')
    .option('--json', 'as one JSON text')
    .addHelpText(
      'after',
      examples('headrace dead-letters show 0190163d-8694-739b-aea5-966c26f8ad91'),
    )
    .action(async (id: string, { config, ...options }: Named & ShowOptions) => {
      const { showDeadLetter } = await import('./verbs/dead-letters.ts');
      await showDeadLetter(config, { ...options, id }, terminal);
    });
}

function addReplay(letters: Command, terminal: Terminal): void {
  chosen(verb(letters, 'replay [ids...]', 'send dead letters again, oldest first'))
    .option('--all', 'all of the tenant, where nothing else says which')
    .option('--dry-run', 'say what would happen, and change nothing')
    .option('--rate <number>', 'at most so many a second', '100')
    .option('--force', 'also those whose document was written later')
    .option('--json', 'one JSON text a line, the sum in the last')
    .addHelpText(
      'after',
      examples(
        'headrace dead-letters replay --code document-refused --dry-run',
        'headrace dead-letters replay --namespace shop.orders --rate 20',
      ),
    )
    .action(async (ids: string[], { config, ...options }: Named & ReplayOptions) => {
      const { replayDeadLetters } = await import('./verbs/replay-dead-letters.ts');
      await replayDeadLetters(config, { ...options, ids }, terminal);
    });
}

function addDiscard(letters: Command, terminal: Terminal): void {
  verb(letters, 'discard <ids...>', 'drop dead letters for good')
    .option('--tenant <tenant>', 'whose they are', 'default')
    .option('--yes', 'they are not needed any more')
    .addHelpText(
      'after',
      examples('headrace dead-letters discard 0190163d-8694-739b-aea5-966c26f8ad91 --yes'),
    )
    .action(async (ids: string[], { config, ...options }: Named & DiscardOptions) => {
      const { discardDeadLetters } = await import('./verbs/dead-letters.ts');
      await discardDeadLetters(config, { ...options, ids }, terminal);
    });
}

function chosen(command: Command): Command {
  return command
    .option('--tenant <tenant>', 'whose they are', 'default')
    .option('--namespace <database.collection>', 'only those of one collection')
    .option('--code <code>', 'only those with this reason');
}
