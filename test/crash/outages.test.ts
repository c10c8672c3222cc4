import { describe, expect, inject, it } from 'vitest';
import { type HoldingProxy, startHoldingProxy } from '../support/holding-proxy.js';
import { inScene, type Scene } from './scene.js';
import { inSoak } from '../support/in-soak.js';
import { mostWithin } from '../support/most-within.js';
import { until } from '../support/until.js';

const WAITS = 20;
const CALLS_PER_SECOND = 5;
/** In the soak two minutes: a slow failover. */
const OUTAGE_MS = inSoak(20_000, 120_000);
const TIMINGS = { minPollMs: 100, maxPollMs: 2_000, waitHeartbeatTimeoutMs: 5_000 };
const RUNNING_MS = OUTAGE_MS + 25_000;

const OPTIONS = {
  jobs: Array.from({ length: WAITS }, (_, nth) => ({
    ...{ jobId: `job${nth}`, requested: 1 },
    executions: [{ waitingMs: 100, runningMs: RUNNING_MS }],
  })),
  timings: TIMINGS,
};

/** All runs wait while the connection breaks and comes back; then each end is reported. */
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

const callsOf = ({ simulator }: Scene): readonly number[] =>
  simulator.log().map(({ atMs }) => atMs);

/** Calls of several seconds arrive together if this process stalls: half as many again are allowed for that. */
function expectWithinBudget(atMs: readonly number[]): void {
  expect(mostWithin(10_000, atMs)).toBeLessThanOrEqual(CALLS_PER_SECOND * 15);
}

describe('waits that go on through an outage', () => {
  it('of the service: nothing fails, what is tried meanwhile stays within the budget, and each end is told', ({
    onTestFinished,
  }) =>
    inScene(OPTIONS, async (scene) => {
      const toService = (url: string) => ({ DATAFLOW_URL: url });
      const proxy = await throughOutage(scene, scene.simulator.url, toService);
      onTestFinished(() => proxy.close());
      const refused = proxy.refusedAtMs();
      expect(refused.length).toBeGreaterThan(0);
      for (const calls of [refused, callsOf(scene)]) expectWithinBudget(calls);
    }));

  it('of Temporal: nothing is started again or stopped, and each end is told', ({
    onTestFinished,
  }) =>
    inScene(OPTIONS, async (scene) => {
      const address = `http://${inject('temporalAddress')}`;
      const toTemporal = (url: string) => ({ TEMPORAL_ADDRESS: new URL(url).host });
      const proxy = await throughOutage(scene, address, toTemporal);
      onTestFinished(() => proxy.close());
      expectWithinBudget(callsOf(scene));
    }));
});
