#!/usr/bin/env node
import { runCommand } from './run-command.ts';

// No process.exit: whatever still runs is finished first, and a pipe gets all that was printed.
process.exitCode = await runCommand(process.argv.slice(2), {
  say: (line) => void process.stdout.write(`${line}\n`),
  note: (line) => void process.stderr.write(`${line}\n`),
  environment: process.env,
});
