import { ENCODE_HELP, readEncodeCommandLine } from './plan/encode-command-line.ts';
import { runCommand } from './run-command.ts';
import { runEncode } from './run-encode.ts';

// The entry of `npm run bench:encode`.

await runCommand(async (_order, run) => {
  const commandLine = readEncodeCommandLine(run.args);
  if (commandLine.help) run.say(ENCODE_HELP);
  else await runEncode({ ...run, commandLine });
});
