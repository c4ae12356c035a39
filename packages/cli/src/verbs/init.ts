import { initConfiguration } from '@headrace/operate';
import { cliErrors } from '../errors.ts';
import type { Terminal } from '../print/terminal-port.ts';

/** As they come from the command line. */
export interface InitWords {
  readonly uri?: string;
  readonly redis?: string;
  readonly out: string;
  readonly force?: boolean;
}

/** `headrace init`: a commented configuration from a live server. */
export async function init(words: InitWords, terminal: Terminal): Promise<void> {
  const mongodbUri = words.uri ?? terminal.environment['MONGODB_URI'];
  if (mongodbUri === undefined) {
    const problem = 'No server is named: give --uri, or set MONGODB_URI.';
    throw cliErrors.create('bad-usage', { problem, verb: 'init' });
  }
  const { namespaces, leftOut } = await initConfiguration({
    mongodbUri,
    redisUri: words.redis ?? terminal.environment['REDIS_URL'],
    path: words.out,
    force: words.force,
  });
  const count = namespaces.length === 1 ? '1 collection' : `${namespaces.length} collections`;
  terminal.say(`wrote ${words.out} with ${count}`);
  for (const namespace of namespaces) terminal.say(`  ${namespace.replace(/\p{Cc}/gu, ' ')}`);
  for (const server of leftOut) {
    terminal.say(`the URI of ${server} has a password, so it is not in there: see the comment`);
  }
  terminal.say(`next: headrace config check --connect --config ${words.out}`);
}
