import { readSendCommandLine, SEND_HELP } from './plan/send-command-line.ts';
import { runCommand } from './run-command.ts';
import { runSend } from './run-send.ts';

// The entry of `npm run bench:send`.

await runCommand(async (order, run) => {
  const commandLine = readSendCommandLine(run.args);
  if (commandLine.help) run.say(SEND_HELP);
  else await runSend(order, { ...run, commandLine });
});
