/** How large the next command to a shard may become. Caps, never reasons to wait. */
export interface BatchCaps {
  /** Documents. */
  readonly maxWrites: number;
  /** Bytes of documents; a larger document goes alone. */
  readonly maxBytes: number;
}

/** What gather/ asks before it sends to a shard. A shard is any name that is always the same for it. */
export interface DeparturesPort {
  /**
   * Caps of the next batch to a shard.
   * @param documentBytes size of the documents that wait, in bytes: that of the first will do
   */
  capsFor(shard: string, documentBytes: number): BatchCaps;
  /**
   * Whether one more command may leave to a shard now. A yes takes a place, and `ended` of the
   * arrivals gives it back; no other shard has to wait for that.
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
