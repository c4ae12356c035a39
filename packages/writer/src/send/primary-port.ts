/**
 * Knows whether a server takes writes. A command sent while none does would wait in the driver, past
 * the deadlines of its writes; so the batch waits outside and nothing of it is sent.
 */
export interface PrimaryPort {
  readonly inSight: boolean;
  /**
   * Looks for one, for as long as the driver's server selection takes.
   * @returns why none was found; undefined when one answered
   */
  find(): Promise<string | undefined>;
}
