import { LatencyWindow } from './latency-window.ts';
import type { FlightSample, LimitRule } from './limit-rule.ts';

/** Commands that wait at the server: fewer and one more may go, more and one less. */
const alpha = 1;
const beta = 2;
/** Commands of one decision. */
const roundCommands = 16;
/** Commands sent alone in a probe. */
const probeCommands = 5;
/** Commands after which the latency of a lone command is measured again. */
const freshFor = 3000;
/** The same once there is reason to doubt it. */
const doubtedFor = 200;
/** Lone commands run this much faster than they used to: the server has changed. */
const quicker = 1.25;

export interface VegasLimitOptions {
  /** Commands in flight: at first, at least, at most. */
  readonly start: number;
  readonly least: number;
  readonly most: number;
}

/**
 * TCP Vegas (Brakmo, O'Malley and Peterson, "TCP Vegas: New Techniques for Congestion Detection and
 * Avoidance", SIGCOMM 1994) with commands for segments. Of the commands in flight,
 * `inFlight * (1 - lone latency / latency)` wait at the server (Little's law); between alpha and beta
 * of them keep it busy and cost little time. Once a round the limit goes up or down by one.
 *
 * Vegas takes the smallest latency ever seen for that of a lone command, which never rises again and
 * with noise is too low. Here it is measured: the limit is one for five commands when no other has run
 * alone for 3,000, as BBR does for its round-trip time (Cardwell et al., "BBR: Congestion-Based
 * Congestion Control", ACM Queue 2016). After an error the limit is halved, once for all that were in
 * flight (RFC 5681).
 */
export class VegasLimit implements LimitRule {
  readonly #options: VegasLimitOptions;
  /** Latency over cost of commands that ran alone. */
  readonly #lone = new LatencyWindow(probeCommands * 2 + 1);
  #limit: number;
  /** Lone commands still to come of a probe. */
  #probing = 0;
  /** Commands since the last one that ran alone, or the last probe. */
  #age = 0;
  /** Commands under way when one failed: that others of them fail too is the same failure. */
  #forgiven = 0;
  #doubt = false;
  /** The highest limit since the last probe. */
  #highest = 0;
  /** Of the round: its commands, the sum of their shares not spent waiting, of those in flight. */
  #commands = 0;
  #ran = 0;
  #inFlight = 0;
  #reached = false;

  constructor(options: VegasLimitOptions) {
    this.#options = options;
    this.#limit = options.start;
  }

  get limit(): number {
    return this.#probing > 0 ? this.#options.least : this.#limit;
  }

  ended(sample: FlightSample): void {
    const forgiven = this.#forgiven > 0;
    if (forgiven) this.#forgiven -= 1;
    if (sample.failed) {
      if (!forgiven) this.#cut(sample.inFlight - 1);
      return;
    }
    this.#age += 1;
    if (sample.alone) {
      this.#lone.add(sample.latencyMs / sample.cost);
      this.#age = 0;
      if (this.#probing > 0) this.#probing -= 1;
    }
    if (this.#probing > 0) return;
    this.#count(sample);
    if (sample.atLimit && this.#isStale()) this.#probe();
  }

  #count(sample: FlightSample): void {
    const { median } = this.#lone;
    if (median === undefined) return;
    this.#commands += 1;
    this.#ran += (median * sample.cost) / sample.latencyMs;
    this.#inFlight += sample.inFlight;
    this.#reached ||= sample.atLimit;
    if (this.#commands >= roundCommands) this.#decide();
  }

  #decide(): void {
    const ran = this.#ran / this.#commands;
    const waiting = (this.#inFlight / this.#commands) * (1 - ran);
    if (ran > quicker) this.#doubt = true;
    if (waiting < alpha && this.#reached) this.#setLimit(this.#limit + 1);
    else if (waiting > beta) {
      this.#setLimit(this.#limit - 1);
      // It may be the server that has become slower, for good.
      if (this.#limit <= this.#highest / 2) this.#doubt = true;
    }
    this.#beginRound();
  }

  #setLimit(limit: number): void {
    this.#limit = Math.min(this.#options.most, Math.max(this.#options.least, limit));
    this.#highest = Math.max(this.#highest, this.#limit);
  }

  #beginRound(): void {
    this.#commands = 0;
    this.#ran = 0;
    this.#inFlight = 0;
    this.#reached = false;
  }

  /** @param others commands that are under way still */
  #cut(others: number): void {
    this.#forgiven = others;
    this.#setLimit(Math.floor(this.#limit / 2));
    this.#beginRound();
  }

  #isStale(): boolean {
    if (this.#lone.median === undefined) return this.#age > roundCommands;
    return this.#age > (this.#doubt ? doubtedFor : freshFor);
  }

  /** What was measured before does not count any more: the server may have changed. */
  #probe(): void {
    this.#lone.clear();
    this.#probing = probeCommands;
    this.#age = 0;
    this.#doubt = false;
    this.#highest = this.#limit;
    this.#beginRound();
  }
}
