import { CASES, isBuffered } from './cases.ts';
import type { Step } from './plan-steps.ts';
import type { Settings } from './settings.ts';

/** Starting and stopping the processes of a step, and counting. */
const AROUND_A_STEP_SECONDS = 4;
/** On a machine where the worker falls behind in a burst, it catches up in about this. */
const DRAIN_PER_BURST_SECOND = 0.5;

/** How long a step takes, by experience. */
export function expectedSeconds(step: Step, settings: Settings): number {
  const drain = isBuffered(CASES[step.name].subject) ? step.seconds * DRAIN_PER_BURST_SECOND : 0;
  return AROUND_A_STEP_SECONDS + settings.warmUpSeconds + step.seconds + drain;
}

/** Starting both cases of a round at offered loads, finding the best rate, stopping. */
const AROUND_OFFERED_SECONDS = 16;
/** Around each load: a new collection, counting. */
const AROUND_A_LOAD_SECONDS = 2.5;

/** How long the offered loads of all rounds take, by experience. */
export function offeredSeconds({ rounds, shares, seconds }: Settings): number {
  const loads = 2 * shares.length * (seconds.offered + AROUND_A_LOAD_SECONDS);
  return rounds * (AROUND_OFFERED_SECONDS + loads);
}

/**
 * Seconds until the last step ends: what is expected, corrected by how the steps so far kept to it.
 * @param expected of all steps, in seconds
 * @param done how many of them are over
 */
export function secondsLeft(
  expected: readonly number[],
  done: number,
  elapsedSeconds: number,
): number {
  const passed = sum(expected.slice(0, done));
  const pace = passed === 0 ? 1 : elapsedSeconds / passed;
  return sum(expected.slice(done)) * pace;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
