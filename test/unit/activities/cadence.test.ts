import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runActivity } from '../../../activities/activity-context.js';
import { heartbeatPauseMs } from '../../../activities/async-wait.js';
import { DEFAULT_TIMINGS } from '../../../contract/timings.js';
import { until } from '../../support/until.js';
import { anActivity } from './fake-profile.js';

const HOUR_MS = 3_600_000;

describe('the heartbeats of a wait', () => {
  it('leave two fifths of the time until another worker takes over to repeat one that failed', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2_000, max: HOUR_MS }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (waitHeartbeatTimeoutMs, random) => {
          const pauseMs = heartbeatPauseMs(waitHeartbeatTimeoutMs, random);
          expect(pauseMs).toBeLessThanOrEqual(0.6 * waitHeartbeatTimeoutMs);
          expect(pauseMs).toBeGreaterThan(0.47 * waitHeartbeatTimeoutMs);
        },
      ),
    );
  });

  it.each(rowsOfScale())(
    'cost $actions actions an hour when waitHeartbeatTimeoutMs is $waitHeartbeatTimeoutMs, as docs/scale.md says',
    ({ waitHeartbeatTimeoutMs, actions }) => {
      expect(Math.round(HOUR_MS / heartbeatPauseMs(waitHeartbeatTimeoutMs, 0.5))).toBe(actions);
    },
  );

  it('are shown there for the default timings too', () => {
    const shown = rowsOfScale().map(({ waitHeartbeatTimeoutMs }) => waitHeartbeatTimeoutMs);
    expect(shown).toContain(DEFAULT_TIMINGS.waitHeartbeatTimeoutMs);
  });
});

describe('the heartbeats of a short act', () => {
  it('are none when it is over sooner than the first is due: each would be a Temporal action', async () => {
    expect(await beatsOf(1_000, () => Promise.resolve())).toEqual([]);
  });

  it('go on until it is over', async () => {
    const beats = await beatsOf(5, (seen) => until(() => seen.length >= 3));
    expect(beats.length).toBeGreaterThanOrEqual(3);
  });
});

/** The heartbeats of an act, given those seen so far. */
async function beatsOf(
  beatMs: number,
  body: (seen: readonly unknown[]) => Promise<void>,
): Promise<readonly unknown[]> {
  const seen: unknown[] = [];
  const activity = anActivity();
  activity.on('heartbeat', (details) => seen.push(details));
  await activity.run(() => runActivity({}, beatMs, () => body(seen)));
  return [...seen];
}

function rowsOfScale(): readonly { waitHeartbeatTimeoutMs: number; actions: number }[] {
  const page = readFileSync(new URL('../../../docs/scale.md', import.meta.url), 'utf8');
  return [...page.matchAll(/^\| \**(\d+)\** +\| within .*? \| (\d+) /gm)].map((row) => ({
    waitHeartbeatTimeoutMs: Number(row[1]),
    actions: Number(row[2]),
  }));
}
