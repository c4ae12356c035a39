import { describe, expect, it } from 'vitest';
import { PollPace } from '../../src/take/poll-pace.ts';

describe('the pace of reading', () => {
  it('slows down to 50 ms while nothing comes, and is quick again at once', () => {
    const pace = new PollPace();
    const waits = Array.from({ length: 20 }, () => pace.next({ entries: 0, more: false }));
    expect(waits[0]).toBeLessThan(5);
    expect(waits.at(-1)).toBe(50);
    expect(pace.next({ entries: 500, more: true })).toBe(0);
    expect(pace.next({ entries: 0, more: false })).toBeLessThan(5);
  });
});
