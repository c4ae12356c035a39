import { baseErrors } from '../errors.ts';

/**
 * Remembers what was started and stops it in the opposite order. Each part registers itself right
 * after it has started, so a start that fails half-way can stop exactly what runs.
 */
export class StopOrder {
  readonly #parts: { readonly name: string; readonly stop: () => Promise<void> | void }[] = [];
  #stopping: Promise<void> | undefined;

  /** @param name shown when stopping this part fails */
  add(name: string, stop: () => Promise<void> | void): void {
    this.#parts.push({ name, stop });
  }

  /**
   * Stops every part, last started first, and goes on past failures.
   * @throws HeadraceError `stop-incomplete` naming the parts that failed; their errors are its cause
   */
  stop(): Promise<void> {
    this.#stopping ??= this.#stopAll();
    return this.#stopping;
  }

  async #stopAll(): Promise<void> {
    const failed: string[] = [];
    const causes: unknown[] = [];
    for (const part of this.#parts.reverse()) {
      try {
        await part.stop();
      } catch (cause) {
        failed.push(part.name);
        causes.push(cause);
      }
    }
    if (failed.length === 0) return;
    const parts = failed.join(', ');
    throw baseErrors.create('stop-incomplete', { parts }, new AggregateError(causes, parts));
  }
}
