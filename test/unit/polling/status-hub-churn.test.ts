import { getEventListeners, setMaxListeners } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { createRateLimiter } from '../../../polling/rate-limiter.js';
import { createStatusHub } from '../../../polling/status-hub.js';
import { FakeService } from './fake-service.js';
import { ManualClock, settle } from './manual-clock.js';
import { settings } from './usual-settings.js';

const MINUTE = 60_000;
const WAITERS = 100;
const seen = {
  completedMs: Array.from({ length: 24 }, (_, n) => (3 + n / 10) * MINUTE),
  failedMs: [],
};

/** Things that live until somebody ends them, by kind; timers are those of the hub's clock. */
const held = (clock: ManualClock, signal: AbortSignal) => ({
  timers: clock.timers,
  listeners: getEventListeners(signal, 'abort').length,
  handles: process
    .getActiveResourcesInfo()
    .filter((kind) => !['Immediate', 'Timeout'].includes(kind)).length,
});

setFlagsFromString('--expose_gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Bytes that stay after everything that can go has gone. */
function heapBytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

describe('an hour in which a hundred waits at a time come and go', () => {
  it('leaves as many timers, listeners and handles as its beginning, and hardly more memory', async () => {
    const clock = new ManualClock();
    const service = new FakeService(clock);
    const rateLimiter = createRateLimiter({ callsPerSecond: 5, clock });
    const hub = createStatusHub({ client: service.client, settings, clock, rateLimiter });
    const worker = new AbortController();
    setMaxListeners(0, worker.signal);
    let [started, ended] = [0, 0];
    const begin = (): void => {
      const createdMs = clock.nowMs();
      const n = (started += 1);
      const target = { jobId: `job${n % 40}`, executionId: `e${n}`, createdMs };
      service.executions.push({
        ...target,
        endMs: createdMs + (1 + (n % 7)) * MINUTE,
        end: 'COMPLETED',
      });
      void hub.wait({ ...target, seen }, { signal: worker.signal }).then(
        () => {
          ended += 1;
          begin();
        },
        () => undefined,
      );
    };
    for (let n = 0; n < WAITERS; n += 1) begin();
    const after = async (ms: number) => {
      await clock.advance(ms);
      service.calls.length = 0; // the test's own notes
      return { ...held(clock, worker.signal), ...hub.snapshot(), heap: heapBytes() };
    };
    const first = await after(10 * MINUTE);
    const last = await after(60 * MINUTE);
    expect(ended).toBeGreaterThan(1_000);
    expect(last.waiters).toBe(WAITERS);
    expect(last.listeners).toBe(WAITERS);
    expect(last.timers).toBeLessThanOrEqual(first.timers + 1);
    expect(last.handles).toBeLessThanOrEqual(first.handles + 2);
    // What the test notes of an execution and its outcome is under 1 KB; the rest would be the hub's.
    expect(last.heap - first.heap).toBeLessThan(1_024 * ended + 2e6);
    worker.abort(new Error('over'));
    await settle();
    expect(hub.snapshot()).toMatchObject({ waiters: 0, executions: 0 });
    expect(held(clock, worker.signal)).toMatchObject({ timers: 0, listeners: 0 });
  });
});
