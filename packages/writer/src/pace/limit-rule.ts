/** One command that has ended, as its shard's limit sees it. */
export interface FlightSample {
  /** From departure to reply, in milliseconds. */
  readonly latencyMs: number;
  /** Its size, so that commands can be compared by latency over cost. */
  readonly cost: number;
  /** Commands in flight to the shard when it ended, itself among them. */
  readonly inFlight: number;
  /** No other command was in flight to the shard from its departure to its end. */
  readonly alone: boolean;
  /** The limit was reached while it was in flight: more would have left, had more been allowed. */
  readonly atLimit: boolean;
  /** Its errors were those of a server that can not keep up or is not there. */
  readonly failed: boolean;
}

/** Says how many commands may be in flight to one shard. */
export interface LimitRule {
  readonly limit: number;
  ended(sample: FlightSample): void;
}
