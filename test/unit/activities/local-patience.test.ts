import { describe, expect, it } from 'vitest';
import { createLocalPatience } from '../../../activities/local-patience.js';
import { anActivity } from './fake-profile.js';

/** A clock that stands still until it is set. */
function aPatience() {
  let now = 0;
  const patience = createLocalPatience(() => now);
  const { signal } = new AbortController();
  const run = (isLocal: boolean, act: Parameters<typeof patience.within<string>>[1]) =>
    anActivity({ isLocal }).run(() => patience.within(signal, act));
  const never: Parameters<typeof patience.within<string>>[1] = ({ signal: given }) =>
    new Promise((_, reject) => {
      given.addEventListener('abort', () => {
        reject(given.reason as Error);
      });
    });
  const pass = (ms: number): void => void (now += ms);
  return { run, never, pass };
}

const done = () => Promise.resolve('done');

describe('a local activity', () => {
  it('gives way where its first call does not begin, and none is tried for a while', async () => {
    const { run, never, pass } = aPatience();
    await expect(run(true, never)).rejects.toMatchObject({ type: 'GaveWay', nonRetryable: true });
    await expect(run(true, done)).rejects.toMatchObject({ type: 'GaveWay' });
    expect(await run(false, done)).toBe('done');
    pass(10_000);
    expect(await run(true, done)).toBe('done');
  });

  it('goes on where its first call has begun, however long it takes', async () => {
    const { run } = aPatience();
    let end = (): void => undefined;
    const ended = run(true, ({ signal, begun }) => {
      begun();
      return new Promise((resolve) => {
        end = () => {
          resolve(signal.aborted ? 'aborted' : 'done');
        };
      });
    });
    await expect(run(true, () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    end();
    expect(await ended).toBe('done');
  });
});
