import { describe, expect, it } from 'vitest';
import { readCommandLine } from '../src/command-line.ts';

describe('the command line of the demo', () => {
  it('replays everything and stays up unless told otherwise', () => {
    expect(readCommandLine([])).toEqual({
      help: false,
      once: false,
      fresh: false,
      lines: undefined,
      lifeCycle: false,
      operations: 200_000,
    });
  });

  it('reads its flags', () => {
    expect(readCommandLine(['--once', '--lines', '3000', '--fresh'])).toEqual({
      help: false,
      once: true,
      fresh: true,
      lines: 3_000,
      lifeCycle: false,
      operations: 200_000,
    });
  });

  it.each([['--lines', '0'], ['--lines', 'many'], ['--lines'], ['--onse'], ['orders.txt']])(
    'refuses %s %s and points to --help',
    (...args) => {
      expect(() => readCommandLine(args.filter((arg) => typeof arg === 'string'))).toThrow(
        /--help/,
      );
    },
  );
});

describe('the life cycle', () => {
  it('has a number of operations of its own', () => {
    expect(readCommandLine(['--life-cycle', '--operations', '5000'])).toMatchObject({
      lifeCycle: true,
      operations: 5_000,
    });
  });

  it.each([
    [['--operations', '10']],
    [['--life-cycle', '--lines', '3']],
    [['--life-cycle', '--operations', '0']],
  ])('refuses %j', (args) => {
    expect(() => readCommandLine(args)).toThrow(/--help/);
  });
});
