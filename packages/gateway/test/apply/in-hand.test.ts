import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { InHand } from '../../src/apply/in-hand.ts';

describe('a write that is to be alone', () => {
  it('waits until nothing is in hand, and holds everything else back until it ended', async () => {
    const inHand = new InHand();
    inHand.started();
    inHand.started();
    const seen: string[] = [];
    let end: () => void = () => undefined;
    const first = inHand.alone(async () => {
      seen.push('first');
      await new Promise<void>((resolve) => (end = resolve));
    });
    const second = inHand.alone(() => Promise.resolve(void seen.push('second')));
    inHand.ended();
    await setImmediate();
    expect(seen).toEqual([]);
    expect(inHand.isHeld).toBe(true);
    inHand.ended();
    await setImmediate();
    expect(seen).toEqual(['first']);
    end();
    await Promise.all([first, second]);
    expect(seen).toEqual(['first', 'second']);
    expect(inHand.isHeld).toBe(false);
  });

  it('lets others go on when it fails', async () => {
    const inHand = new InHand();
    const failing = inHand.alone(() => Promise.reject(new TypeError('broken')));
    await expect(failing).rejects.toThrow('broken');
    await inHand.opened();
    expect(inHand.isHeld).toBe(false);
  });
});
