import { expect, test } from 'vitest';
import { readCommandLine } from '../src/plan/command-line.ts';
import { FAMILIES } from '../src/plan/cases.ts';
import { planSteps } from '../src/plan/plan-steps.ts';
import { WHOLE } from '../src/plan/settings.ts';
import { secondsLeft } from '../src/plan/time-left.ts';

test('a whole run measures every case at every number of connections in every round', () => {
  const steps = planSteps(WHOLE);
  // Four keyless cases at four numbers of connections, keyed ones and other peers at two, one sustained.
  expect(steps).toHaveLength(WHOLE.rounds * (4 * 4 + 4 * 2 + 1));
  expect(new Set(steps.map((step) => JSON.stringify(step))).size).toBe(steps.length);
  expect(steps.filter(({ name }) => name === 'sustained').map((step) => step.seconds)).toEqual(
    Array.from({ length: WHOLE.rounds }, () => 120),
  );
});

test('cases follow each other at one number of connections, each round beginning with another', () => {
  const steps = planSteps({
    ...WHOLE,
    rounds: 3,
    connections: [1, 8],
    cases: ['plain', 'strong', 'empty'],
  });
  const order = steps.map(({ round, connections, name }) => `${round} ${connections} ${name}`);
  expect(order.slice(0, 7)).toEqual([
    ...['1 1 plain', '1 1 strong', '1 1 empty', '1 8 plain', '1 8 strong', '1 8 empty'],
    '2 1 strong',
  ]);
  expect(order[12]).toBe('3 1 empty');
});

test('the time left follows the pace so far', () => {
  expect(secondsLeft([10, 10, 20], 0, 0)).toBe(40);
  expect(secondsLeft([10, 10, 20], 2, 40)).toBe(40);
  expect(secondsLeft([10, 10, 20], 3, 50)).toBe(0);
});

test('only a run of everything is kept unless a folder is named', () => {
  const out = (...args: string[]) => readCommandLine(args).out;
  expect(out()).toBe('bench/results');
  expect(out('--rounds', '7')).toBe('bench/results');
  for (const args of [
    ['--quick'],
    ['--rounds', '4'],
    ['--only', 'plain'],
    ['--connections', '64'],
    ['--profile'],
  ]) {
    expect(out(...args)).toBeUndefined();
    expect(out(...args, '--out', 'here')).toBe('here');
  }
});

test('options change what they name', () => {
  const { settings } = readCommandLine([
    '--rounds',
    '2',
    '--seconds',
    '3',
    '--only',
    'empty,plain',
  ]);
  expect(settings).toMatchObject({ rounds: 2, cases: ['plain', 'empty'] });
  expect(settings.seconds).toEqual({ ...WHOLE.seconds, usual: 3 });
});

test.each([
  [['--rounds', '0'], /--rounds wants a whole number/],
  [['--only', 'plian'], /not "plian"/],
  [['--connections', '1,x'], /--connections wants .* not "x"/],
  [['--loud'], /--loud[\s\S]*--help/],
])('%j is refused with its reason', (args, reason) => {
  expect(() => readCommandLine(args)).toThrow(reason);
});

test('the changes are a run of their own, with their peers', () => {
  const { settings, family, out } = readCommandLine(['--changes']);
  expect({ family, out }).toEqual({ family: 'changes', out: 'bench/results' });
  const names = new Set(planSteps(settings).map(({ name }) => name));
  expect([...names].sort()).toEqual([...FAMILIES.changes].sort());
});
