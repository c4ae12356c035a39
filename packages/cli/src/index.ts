export { cliErrors } from './errors.ts';
export type { Terminal } from './print/terminal-port.ts';
export { runCommand } from './run-command.ts';
