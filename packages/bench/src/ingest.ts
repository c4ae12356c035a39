import { HELP, readCommandLine } from './plan/command-line.ts';
import { runCommand } from './run-command.ts';
import { runIngest } from './run-ingest.ts';

// The entry of `npm run bench:ingest`.

await runCommand(async (order, run) => {
  const commandLine = readCommandLine(run.args);
  if (commandLine.help) run.say(HELP);
  else await runIngest(order, { ...run, commandLine });
});
