import { describe, expect, inject, it } from 'vitest';
import { type HoldingProxy, startHoldingProxy } from '../../simulator/index.js';
import { inScene, type Scene } from './scene.js';
import { until } from '../support/until.js';

const IN_FIVE_MINUTES = 300_000;
const WAITS = 20;
const CALLS_PER_SECOND = 5;
/** Ten minutes, in the proportion in which the pauses between two looks are shortened: from a minute to two seconds. */
const OUTAGE_MS = 20_000;
const TIMINGS = { minPollMs: 100, maxPollMs: 2_000, recoverWithinMs: 5_000 };
const RUNNING_MS = 45_000;

const OPTIONS = {
  jobs: Array.from({ length: WAITS }, (_, nth) => ({
    ...{ jobId: `job${nth}`, requested: 1 },
    executions: [{ waitingMs: 100, runningMs: RUNNING_MS }],
  })),
  timings: TIMINGS,
};

/** The most calls in any window of so many ms. */
function mostWithin(atMs: readonly number[], windowMs: number): number {
  let from = 0;
  return atMs.reduce((most, now, nth) => {
    while (now - atMs[from]! >= windowMs) from += 1;
    return Math.max(most, nth - from + 1);
  }, 0);
}

/** All wait, the wire breaks and is whole again; each end is told. */
async function throughOutage(
  scene: Scene,
  to: string,
  envOf: (proxyUrl: string) => Record<string, string>,
): Promise<HoldingProxy> {
  const proxy = await startHoldingProxy(to);
  await scene.startWorker({
    DATAFLOW_CALLS_PER_SECOND: String(CALLS_PER_SECOND),
    ...envOf(proxy.url),
  });
  const handles = await Promise.all(OPTIONS.jobs.map(({ jobId }) => scene.start({ jobId })));
  await until(
    () =>
      scene.simulator.executions().filter(({ status }) => status === 'RUNNING').length === WAITS,
  );
  const endMs = Date.now() + OUTAGE_MS;
  proxy.breakOff();
  await until(() => Date.now() >= endMs);
  proxy.restore();
  for (const handle of handles) {
    expect((await handle.result()).execution.status).toBe('COMPLETED');
  }
  expect(scene.simulator.report()).toMatchObject({
    ...{ created: WAITS, duplicates: 0, cancels: 0, leftRunning: 0 },
  });
  return proxy;
}

describe('waits that go on through an outage', () => {
  it.concurrent(
    'of the service: nothing fails, what is tried meanwhile stays within the budget, and each end is told',
    ({ onTestFinished }) =>
      inScene(OPTIONS, async (scene) => {
        const toService = (url: string) => ({ DATAFLOW_URL: url });
        const proxy = await throughOutage(scene, scene.simulator.url, toService);
        onTestFinished(() => proxy.close());
        const refused = proxy.refusedAtMs();
        expect(refused.length).toBeGreaterThan(0);
        const made = scene.simulator.log().map(({ atMs }) => atMs);
        for (const calls of [refused, made]) {
          // What was sent over some more seconds arrives together where this process stalls.
          expect(mostWithin(calls, 10_000)).toBeLessThanOrEqual(CALLS_PER_SECOND * 15);
        }
      }),
    IN_FIVE_MINUTES,
  );

  it.concurrent(
    'of Temporal: nothing is started again or stopped, and each end is told',
    ({ onTestFinished }) =>
      inScene(OPTIONS, async (scene) => {
        const address = `http://${inject('temporalAddress')}`;
        const toTemporal = (url: string) => ({ TEMPORAL_ADDRESS: new URL(url).host });
        const proxy = await throughOutage(scene, address, toTemporal);
        onTestFinished(() => proxy.close());
      }),
    IN_FIVE_MINUTES,
  );
});
