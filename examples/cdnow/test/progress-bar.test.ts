import { describe, expect, it } from 'vitest';
import { ProgressBar } from '../src/progress-bar.ts';

function draw(isTTY: boolean, steps: readonly number[]): string[] {
  const written: string[] = [];
  const bar = new ProgressBar(
    { isTTY, write: (text: string) => written.push(text) },
    2_000,
    'orders',
  );
  for (const done of steps) bar.show(done);
  bar.end();
  return written;
}

describe('the progress bar', () => {
  it('writes one line for every tenth where there is no terminal', () => {
    const lines = draw(false, [1, 199, 200, 201, 399, 1_000, 1_999, 2_000]);
    expect(lines.map((line) => line.slice(0, 24))).toEqual([
      '   10 %  200 of 2,000 or',
      '   50 %  1,000 of 2,000 ',
      '   99 %  1,999 of 2,000 ',
      '  100 %  2,000 of 2,000 ',
    ]);
  });

  it('draws over one line on a terminal, seldom, and always the end', () => {
    const drawn = draw(true, [...Array.from({ length: 1_000 }, (_, done) => done), 2_000]);
    expect(drawn.length).toBeLessThan(10);
    expect(drawn.slice(0, -1).every((text) => text.startsWith('\r'))).toBe(true);
    expect(drawn.at(-2)).toContain(`[${'█'.repeat(30)}] 100 %  2,000 of 2,000 orders`);
    expect(drawn.at(-1)).toBe('\n');
  });
});
