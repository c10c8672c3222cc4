import { describe, expect, it } from 'vitest';
import { createSystemClock, createVirtualClock } from '../../../simulator/clock.js';

const { signal } = new AbortController();

describe('createVirtualClock', () => {
  it('stands still until it is advanced', () => {
    const clock = createVirtualClock(1_000);
    clock.advance(250);
    expect(clock.now()).toBe(1_250);
  });

  it('wakes a wait once the clock has passed its time, and not before', async () => {
    const clock = createVirtualClock(0);
    let woken = false;
    const wait = clock.wait(1_000, signal).then(() => (woken = true));
    clock.advance(999);
    await Promise.resolve();
    expect(woken).toBe(false);
    clock.advance(1);
    await wait;
    expect(woken).toBe(true);
  });

  it('ends a wait of no time at once', async () => {
    await expect(createVirtualClock(0).wait(0, signal)).resolves.toBeUndefined();
  });

  it('gives a wait up when its signal aborts, before or during it', async () => {
    const closing = new AbortController();
    const clock = createVirtualClock(0);
    const during = clock.wait(10, closing.signal);
    closing.abort();
    await expect(during).rejects.toThrow('closed');
    await expect(clock.wait(10, closing.signal)).rejects.toThrow('closed');
  });

  it.each([-1, Number.NaN, Infinity])('refuses to advance by %s', (ms) => {
    expect(() => {
      createVirtualClock(0).advance(ms);
    }).toThrow('must be a number of ms');
  });
});

describe('createSystemClock', () => {
  it('runs ahead of the machine by what it was advanced, and wakes waits by that', async () => {
    const clock = createSystemClock();
    const wait = clock.wait(3_600_000, signal);
    clock.advance(3_600_000);
    await wait;
    expect(clock.now()).toBeGreaterThanOrEqual(Date.now() + 3_599_000);
  });

  it('wakes a wait by itself when its time comes', async () => {
    await expect(createSystemClock().wait(1, signal)).resolves.toBeUndefined();
  });
});
