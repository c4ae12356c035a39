import { HeadraceError } from '@headrace/base';
import { cliErrors } from '../errors.ts';
import type { Terminal } from './terminal-port.ts';

/** Bad usage or configuration: nothing was started. */
export const EXIT_BAD_USAGE = 2;
/** Something failed while it was done. */
export const EXIT_FAILED = 1;

const BAD_USAGE = new Set(['bad-configuration', 'bad-usage']);

/** Prints an error plainly and says which exit code it deserves. The stack only with HEADRACE_DEBUG. */
export function printError(thrown: unknown, terminal: Terminal): number {
  const error = addressInUse(thrown) ?? thrown;
  const isKnown = error instanceof HeadraceError;
  const message = error instanceof Error ? error.message : String(error);
  terminal.note(
    hidePasswords(`headrace: ${isKnown ? error.code : 'unexpected error'}: ${message}`),
  );
  for (const reason of reasonsOf(error)) terminal.note(hidePasswords(`  because: ${reason}`));
  if (terminal.environment['HEADRACE_DEBUG']) {
    terminal.note(hidePasswords(error instanceof Error ? (error.stack ?? '') : ''));
  } else if (!isKnown) {
    terminal.note('  HEADRACE_DEBUG=1 shows where it came from.');
  }
  return isKnown && BAD_USAGE.has(error.code) ? EXIT_BAD_USAGE : EXIT_FAILED;
}

function addressInUse(thrown: unknown): HeadraceError | undefined {
  if (!(thrown instanceof Error) || !('code' in thrown) || !('address' in thrown)) return undefined;
  if (thrown.code !== 'EADDRINUSE' || !('port' in thrown)) return undefined;
  const address = `${String(thrown.address)}:${String(thrown.port)}`;
  return cliErrors.create('address-in-use', { address });
}

/** What lies behind an error, without what its own text says already. */
function reasonsOf(error: unknown): string[] {
  const text = error instanceof Error ? error.message : '';
  return [...new Set(causesOf(error))].filter((reason) => !text.includes(reason));
}

function causesOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  const causes = error.cause instanceof AggregateError ? error.cause.errors : [error.cause];
  return causes.flatMap((cause: unknown) =>
    cause instanceof Error ? [cause.message, ...causesOf(cause)] : [],
  );
}

/** Drivers repeat a URI they can not read in their messages, password and all. */
function hidePasswords(text: string): string {
  return text.replace(/([a-z][a-z0-9+.-]*:\/\/[^:@/\s]*):\S*@/gi, '$1:***@');
}
