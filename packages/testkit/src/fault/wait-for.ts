import { testkitErrors } from '../errors.ts';

export interface WaitOptions {
  /** Said in the error: what was hoped for. */
  readonly what: string;
  /** Default 10,000. */
  readonly deadlineMs?: number;
}

const POLL_EVERY_MS = 10;

/**
 * Polls until the condition holds. An exception of the condition ends the wait.
 * @throws condition-not-met, naming `what`
 */
export async function waitFor(
  condition: () => Promise<boolean> | boolean,
  { what, deadlineMs = 10_000 }: WaitOptions,
): Promise<void> {
  const began = performance.now();
  while (!(await condition())) {
    const waitedMs = Math.round(performance.now() - began);
    if (waitedMs > deadlineMs) throw testkitErrors.create('condition-not-met', { what, waitedMs });
    await new Promise((resolve) => setTimeout(resolve, POLL_EVERY_MS));
  }
}
