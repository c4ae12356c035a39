import { describe, expect, it } from 'vitest';
import { PollPace } from '../../src/take/poll-pace.ts';

describe('the pace of reading', () => {
  it('lets writes gather for 25 ms, and reads on at once while more is known to wait', () => {
    const pace = new PollPace();
    expect(pace.next({ entries: 3, more: false })).toBe(25);
    expect(pace.next({ entries: 500, more: true })).toBe(0);
    expect(pace.next({ entries: 0, more: false })).toBe(25);
    expect(pace.isSlow).toBe(false);
  });

  it('slows down to 50 ms while nothing comes', () => {
    const pace = new PollPace();
    const waits = Array.from({ length: 5 }, () => pace.next({ entries: 0, more: false }));
    expect(waits.at(-1)).toBe(50);
    expect(pace.isSlow).toBe(true);
  });
});
