import { IDS_HELP, readIdsCommandLine } from './plan/ids-command-line.ts';
import { runCommand } from './run-command.ts';
import { runIds } from './run-ids.ts';

// The entry of `npm run bench:ids`.

await runCommand(async (_order, run) => {
  const commandLine = readIdsCommandLine(run.args);
  if (commandLine.help) run.say(IDS_HELP);
  else await runIds({ ...run, commandLine });
});
