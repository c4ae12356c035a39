/** The two times there are. Leases and deadlines use the first, records the second. */
export interface Clock {
  /** Milliseconds that never jump; comparable within this process only. */
  monotonicMs(): number;
  /** Milliseconds since 1970; may jump when the machine's clock is set. */
  epochMs(): number;
}

/** The machine's own clocks. */
export const systemClock: Clock = {
  monotonicMs: () => performance.now(),
  epochMs: () => Date.now(),
};
