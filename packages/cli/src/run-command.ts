import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { addDeadLetters } from './add-dead-letters.ts';
import { examples, verb, type Named } from './describe-verb.ts';
import { EXIT_BAD_USAGE, printError } from './print/print-error.ts';
import type { Terminal } from './print/terminal-port.ts';
import type { InitWords } from './verbs/init.ts';

/** Runs one command line. Returns the exit code: 0 done, 1 failed, 2 bad usage or configuration. */
export async function runCommand(words: readonly string[], terminal: Terminal): Promise<number> {
  try {
    await describeCommand(terminal).parseAsync([...words], { from: 'user' });
    return 0;
  } catch (error) {
    if (!(error instanceof CommanderError)) return printError(error, terminal);
    // commander has printed what it has to say: help and version end well, the rest is bad usage.
    return error.exitCode === 0 ? 0 : EXIT_BAD_USAGE;
  }
}

function describeCommand(terminal: Terminal): Command {
  const command = new Command('headrace')
    .description('A write gateway for MongoDB.')
    .version(ownVersion(), '--version', 'print the version')
    .configureOutput({
      writeOut: (text) => {
        terminal.say(text.trimEnd());
      },
      writeErr: (text) => {
        terminal.note(text.trimEnd());
      },
    })
    .configureHelp({ showGlobalOptions: true })
    .showSuggestionAfterError()
    .showHelpAfterError('Run headrace --help to see the verbs.')
    .exitOverride();
  addServing(command, terminal);
  addInit(command, terminal);
  addConfig(command, terminal);
  addDeadLetters(command, terminal);
  return command.addHelpText(
    'after',
    examples('headrace up', 'headrace config check --config ./headrace.yaml'),
  );
}

function addServing(command: Command, terminal: Terminal): void {
  const serve = async (verb: 'up' | 'gateway' | 'worker', config: string): Promise<void> => {
    const verbs = await import('./verbs/serve.ts');
    await verbs[verb](config, terminal);
  };
  verb(
    command,
    'up',
    'run gateway and worker in one process; starts MongoDB and Redis where none is named',
  )
    .addHelpText(
      'after',
      examples('headrace up', 'MONGODB_URI=mongodb://127.0.0.1/?replicaSet=rs0 headrace up'),
    )
    .action(({ config }: Named) => serve('up', config));
  verb(command, 'gateway', 'run a gateway: answers callers')
    .addHelpText('after', examples('headrace gateway --config /etc/headrace.yaml'))
    .action(({ config }: Named) => serve('gateway', config));
  verb(command, 'worker', 'run a worker: applies the writes that are queued in Redis')
    .addHelpText('after', examples('headrace worker --config /etc/headrace.yaml'))
    .action(({ config }: Named) => serve('worker', config));
}

function addInit(command: Command, terminal: Terminal): void {
  command
    .command('init')
    .description('write a first configuration from a live MongoDB; only reads there')
    .option('--uri <uri>', 'where MongoDB is; default: MONGODB_URI')
    .option('--redis <uri>', 'where Redis is, for the buffered lane; default: REDIS_URL')
    .option('--out <file>', 'the configuration to write', './headrace.yaml')
    .option('--force', 'overwrite it')
    .addHelpText('after', examples('headrace init --uri mongodb://127.0.0.1/?replicaSet=rs0'))
    .action(async (words: InitWords) => {
      const { init } = await import('./verbs/init.ts');
      await init(words, terminal);
    });
}

function addConfig(command: Command, terminal: Terminal): void {
  const config = command
    .command('config')
    .description('look at a configuration without running it');
  verb(config, 'check', 'list everything that is wrong with a configuration')
    .option('--connect', 'check the servers it names as well; changes nothing on them')
    .option('--json', 'with --connect: one JSON array')
    .addHelpText(
      'after',
      examples('headrace config check', 'headrace config check --connect --config other.yaml'),
    )
    .action(async ({ config, connect, json }: Named & CheckOptions) => {
      if (connect === true) {
        const { checkConnect } = await import('./verbs/check-connect.ts');
        await checkConnect(config, json === true ? { json } : {}, terminal);
        return;
      }
      const { checkConfig } = await import('./verbs/config.ts');
      await checkConfig(config, terminal);
    });
  verb(config, 'print', 'print a configuration with all defaults, secrets hidden')
    .addHelpText('after', examples('headrace config print'))
    .action(async ({ config }: Named) => {
      const { printConfig } = await import('./verbs/config.ts');
      await printConfig(config, terminal);
    });
  config.addHelpText('after', examples('headrace config check'));
}

interface CheckOptions {
  readonly connect?: boolean;
  readonly json?: boolean;
}

function ownVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
