import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isBlank, LineSplitter, type Line } from '../../src/accept/line-splitter.ts';

function split(chunks: readonly Buffer[], maxLineBytes: number): Line[] {
  const splitter = new LineSplitter(maxLineBytes);
  const lines = chunks.flatMap((chunk) => [...splitter.lines(chunk)]);
  const rest = splitter.rest();
  return rest === undefined ? lines : [...lines, rest];
}

describe('a line splitter', () => {
  it('gives the same lines wherever the text is cut, and refuses long ones alone', () => {
    const text = fc.array(fc.constantFrom('a', 'bcd', '\n', '\n\n', 'é'), { maxLength: 60 });
    const cuts = fc.array(fc.nat(120), { maxLength: 20 });
    fc.assert(
      fc.property(text, cuts, fc.integer({ min: 1, max: 8 }), (parts, at, maxLineBytes) => {
        const whole = Buffer.from(parts.join(''));
        const places = [
          0,
          ...at.map((place) => Math.min(place, whole.length)).sort((a, b) => a - b),
          whole.length,
        ];
        const chunks = places.slice(1).map((end, i) => whole.subarray(places[i], end));
        const expected = whole.toString().split('\n');
        if (expected.at(-1) === '') expected.pop();
        const got = split(chunks, maxLineBytes);
        expect(got.map(({ number }) => number)).toEqual(expected.map((_, i) => i + 1));
        got.forEach((line, i) => {
          const wanted = Buffer.from(expected[i] ?? '');
          if (wanted.length > maxLineBytes) expect(line.refusal?.code).toBe('body-too-large');
          else expect(line.bytes.equals(wanted)).toBe(true);
        });
      }),
    );
  });

  it('never carries more than the limit', () => {
    const splitter = new LineSplitter(1000);
    for (let i = 0; i < 100; i++) {
      expect([...splitter.lines(Buffer.alloc(400, 'x'))]).toEqual([]);
      expect(splitter.carriedBytes).toBeLessThanOrEqual(1000);
    }
    expect([...splitter.lines(Buffer.from('\nnext\n'))]).toMatchObject([
      { number: 1, refusal: { code: 'body-too-large' } },
      { number: 2, refusal: undefined },
    ]);
  });

  it('knows a blank line', () => {
    expect(['', ' \t', '\r', '{}', ' x'].map((text) => isBlank(Buffer.from(text)))).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
  });
});
