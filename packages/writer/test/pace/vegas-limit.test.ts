import { expect, test } from 'vitest';
import type { FlightSample } from '../../src/pace/limit-rule.ts';
import { VegasLimit } from '../../src/pace/vegas-limit.ts';

const lone: FlightSample = {
  ...{ latencyMs: 5, commandClass: 1, inFlight: 1 },
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
