import { FIRST_HELP, readFirstCommandLine } from './plan/first-command-line.ts';
import { runCommand } from './run-command.ts';
import { runFirst } from './run-first.ts';

// The entry of `npm run bench:first`.

await runCommand(async (order, run) => {
  const commandLine = readFirstCommandLine(run.args);
  if (commandLine.help) run.say(FIRST_HELP);
  else await runFirst(order, { ...run, commandLine });
});
