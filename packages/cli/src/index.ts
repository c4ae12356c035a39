export type { Terminal } from './print/terminal-port.ts';
export { runCommand } from './run-command.ts';
