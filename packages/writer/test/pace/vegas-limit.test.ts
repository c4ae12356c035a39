import { expect, test } from 'vitest';
import type { FlightSample } from '../../src/pace/limit-rule.ts';
import { VegasLimit } from '../../src/pace/vegas-limit.ts';

const lone: FlightSample = {
  ...{ latencyMs: 5, cost: 500, inFlight: 1 },
  ...{ alone: true, atLimit: false, failed: false },
};

/** A limit that knows how long a lone command takes, 5 ms, and has just ended a round. */
function informed(start: number): VegasLimit {
  const rule = new VegasLimit({ start, least: 1, most: 8 });
  pass(rule, 20, lone);
  return rule;
}

function pass(rule: VegasLimit, commands: number, sample: Partial<FlightSample>): void {
  const busy = { ...lone, alone: false, atLimit: true, inFlight: rule.limit };
  for (let n = 0; n < commands; n += 1) rule.ended({ ...busy, ...sample });
}

test.each([
  ['nothing waits at the server', 5, 5],
  ['less than one command waits', 6.6, 5],
  ['between one and two wait', 8, 4],
  ['more than two wait', 10.1, 3],
])('four in flight, and %s', (_about, latencyMs, expected) => {
  const rule = informed(4);
  pass(rule, 16, { latencyMs });
  expect(rule.limit).toBe(expected);
});

test('latencies are held against the size of the command', () => {
  const rule = informed(4);
  pass(rule, 16, { cost: 1000, latencyMs: 10 });
  expect(rule.limit).toBe(5);
  pass(rule, 16, { cost: 250, latencyMs: 5 });
  expect(rule.limit).toBe(4);
});

test('does not grow where fewer are sent than may be', () => {
  const rule = informed(4);
  pass(rule, 100, { atLimit: false, inFlight: 2 });
  expect(rule.limit).toBe(4);
});

test('goes no higher than eight', () => {
  const rule = informed(2);
  pass(rule, 200, {});
  expect(rule.limit).toBe(8);
});

test('a failure halves it, once for all that fail together', () => {
  const rule = informed(8);
  pass(rule, 8, { failed: true });
  expect(rule.limit).toBe(4);
  pass(rule, 4, { failed: true });
  expect(rule.limit).toBe(2);
});

test('sends lone commands where it does not know how long they take', () => {
  const rule = new VegasLimit({ start: 4, least: 1, most: 8 });
  pass(rule, 17, { latencyMs: 7 });
  expect(rule.limit).toBe(1);
  pass(rule, 5, lone);
  expect(rule.limit).toBe(4);
});

test('measures again after 3,000 commands, sooner where there is reason to doubt', () => {
  const commandsUntilProbe = (latencyMs: number): number => {
    const rule = informed(8);
    let commands = 0;
    for (; rule.limit > 1; commands += 1) pass(rule, 1, { latencyMs });
    return commands;
  };
  // A little slower than alone: one or two wait.
  expect(commandsUntilProbe(6)).toBe(3001);
  // So slow that half of the limit is gone: it may be the server, and not what is sent to it.
  expect(commandsUntilProbe(40)).toBe(201);
  // Far faster than alone, so the server is another.
  expect(commandsUntilProbe(3)).toBe(201);
});
