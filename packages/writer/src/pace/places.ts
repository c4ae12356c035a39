/**
 * The places for commands in the connection pool, shared by all shards. Each shard has a fair share
 * that nobody else may take; what lies beyond the shares is for whoever comes first. So a shard whose
 * commands do not come back holds up itself alone.
 */
export class Places {
  readonly #total: number;
  #share = 0;
  #used = 0;
  /** Places of shares that are not in use. */
  #kept = 0;

  /** @param total commands that may be in flight to all shards together */
  constructor(total: number) {
    this.#total = total;
  }

  /**
   * Divides the places anew.
   * @param inFlight of each shard
   */
  divide(inFlight: readonly number[]): void {
    this.#share = Math.max(1, Math.floor(this.#total / inFlight.length));
    this.#kept = inFlight.reduce((sum, each) => sum + Math.max(0, this.#share - each), 0);
  }

  /**
   * Takes a place, if there is one.
   * @param inFlight commands in flight to the shard that asks
   */
  take(inFlight: number): boolean {
    const isOwn = inFlight < this.#share;
    if (this.#used >= this.#total) return false;
    if (!isOwn && this.#used + this.#kept >= this.#total) return false;
    this.#used += 1;
    if (isOwn) this.#kept -= 1;
    return true;
  }

  /** @param inFlight commands still in flight to the shard that gives its place back */
  giveBack(inFlight: number): void {
    this.#used -= 1;
    if (inFlight < this.#share) this.#kept += 1;
  }
}
