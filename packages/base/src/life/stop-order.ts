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

  /** Stops every part, last started first; goes on past failures and throws them together. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stopAll();
    return this.#stopping;
  }

  async #stopAll(): Promise<void> {
    const failures: unknown[] = [];
    for (const part of this.#parts.reverse()) {
      try {
        await part.stop();
      } catch (cause) {
        failures.push(new Error(`${part.name} did not stop cleanly`, { cause }));
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'Some parts did not stop cleanly.');
  }
}
