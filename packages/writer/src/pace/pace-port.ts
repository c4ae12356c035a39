/** How large the next command to a shard may become. Caps, never reasons to wait. */
export interface BatchCaps {
  /** Documents. */
  readonly maxWrites: number;
  /** Bytes of documents; a larger document goes alone. */
  readonly maxBytes: number;
}

/**
 * What gather/ asks before it sends to a shard. A shard is any name that is always the same for it;
 * commands of different kinds (inserts, transactions), whose latencies tell nothing of one another,
 * go under names of their own.
 */
export interface DeparturesPort {
  /**
   * Caps of the next batch to a shard. Whoever has a lower cap of its own keeps to that: sizes grow
   * only by commands that were full.
   * @param documentBytes size of the documents that wait, in bytes: that of the first will do
   */
  capsFor(shard: string, documentBytes: number): BatchCaps;
  /**
   * Whether one more command may leave to a shard now; to be asked when there is something to send. A
   * yes takes a place, and `ended` of the arrivals gives it back; no other shard has to wait for that.
   */
  mayLeave(shard: string): boolean;
}

/** How one command ended, all of its own repeats left out. */
export interface EndedCommand {
  readonly documents: number;
  /** Of its documents, in bytes. */
  readonly bytes: number;
  /** From its departure to its reply, in milliseconds on the monotonic clock. */
  readonly latencyMs: number;
  /**
   * Documents the server did not take and may take later: lost connections, time limits, overload,
   * elections. What it refused for good (duplicates, validators) is the caller's affair.
   */
  readonly failed: number;
}

/** What send/ tells once for each yes of `mayLeave`. */
export interface ArrivalsPort {
  ended(shard: string, command: EndedCommand): void;
}
