import type { Command } from 'commander';

/** What every verb is given. */
export interface Named {
  readonly config: string;
}

/** A verb that reads the configuration. */
export function verb(parent: Command, name: string, description: string): Command {
  return parent
    .command(name)
    .description(description)
    .option('--config <file>', 'the configuration', './headrace.yaml');
}

/** The end of a help text. */
export function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}`;
}
