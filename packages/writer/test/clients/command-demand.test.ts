import { expect, test } from 'vitest';
import { CommandDemand } from '../../src/clients/command-demand.ts';

/** A window of 5 s in which commands come at an even rate. */
function pass(demand: CommandDemand, commands: number, latencyMs: number): void {
  for (let n = 0; n < commands; n += 1) {
    demand.asked();
    demand.ended(latencyMs);
  }
}

test('needs rate times latency: 1,000 commands a second of 5 ms need 5 connections', () => {
  const demand = new CommandDemand(64, 100);
  pass(demand, 5_000, 5);
  expect(demand.assess(5_099)).toBeUndefined();
  expect(demand.assess(5_100)).toEqual({
    ...{ needed: 5, commandsPerSecond: 1_000, latencyMs: 5, hasBecomeShort: false },
  });
});

test('each window is judged by itself', () => {
  const demand = new CommandDemand(64, 0);
  pass(demand, 5_000, 5);
  demand.assess(5_000);
  pass(demand, 500, 20);
  expect(demand.assess(10_000)).toMatchObject({ needed: 2, commandsPerSecond: 100 });
  expect(demand.assess(15_000)).toMatchObject({ needed: 0, latencyMs: 0 });
});

test('says once that more are needed than there may be, and again after it was over', () => {
  const demand = new CommandDemand(10, 0);
  const says = [50, 60, 45, 50.5, 39, 51].map((latencyMs, window) => {
    pass(demand, 1_000, latencyMs);
    return demand.assess((window + 1) * 5_000)?.hasBecomeShort;
  });
  // Needed: 10, 12, 9, 10.1, 7.8, 10.2.
  expect(says).toEqual([false, true, false, false, false, true]);
});
