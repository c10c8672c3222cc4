import { describe, expect, it } from 'vitest';
import { createRateLimiter } from '../../../polling/rate-limiter.js';
import { createStatusHub } from '../../../polling/status-hub.js';
import {
  FakeCallError,
  type FakeExecution,
  FakeService,
  type Fate,
  type SeenCall,
} from './fake-service.js';
import { ManualClock } from './manual-clock.js';
import { settings } from './usual-settings.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** What differs from an execution that began two hours ago and ends in a hundred, and what goes on beside it. */
interface Scripted extends Partial<FakeExecution> {
  readonly beside?: readonly Partial<FakeExecution>[];
}

/** So many jobs with one execution each that is waited for here. */
function aHub(
  jobs: number,
  callsPerSecond: number,
  script: (n: number, nowMs: number) => Scripted,
) {
  const clock = new ManualClock();
  const service = new FakeService(clock);
  const rateLimiter = createRateLimiter({ callsPerSecond, clock });
  const hub = createStatusHub({ client: service.client, settings, clock, rateLimiter });
  const startMs = clock.nowMs();
  const lateMs: number[] = [];
  const lostMs: number[] = [];
  for (let n = 0; n < jobs; n += 1) {
    const { beside = [], ...more } = script(n, startMs);
    const usual: FakeExecution = {
      ...{ jobId: `job${n}`, executionId: `e${n}`, end: 'COMPLETED' },
      ...{ createdMs: startMs - 2 * HOUR - SECOND * n, endMs: startMs + 100 * HOUR },
    };
    const one = { ...usual, ...more };
    service.executions.push(one, ...beside.map((other) => ({ ...usual, ...other })));
    hub.wait({ jobId: one.jobId, executionId: one.executionId, createdMs: one.createdMs }).then(
      () => lateMs.push(clock.nowMs() - one.endMs),
      () => lostMs.push(clock.nowMs() - startMs),
    );
  }
  return { clock, service, hub, startMs, lateMs, lostMs };
}

const refusing =
  (name: SeenCall['name'], error: Error) =>
  (call: SeenCall): Fate =>
    call.name === name ? { error } : {};

describe('many jobs, of which other workers watch executions too', () => {
  it.each(['getJobs answers', 'getJobs fails'])(
    'have their ends seen though lists answer 429 from some time on, and %s',
    async (how) => {
      const { clock, service, hub, startMs, lateMs } = aHub(50, 100, (n, nowMs) => ({
        ...(n === 0 && { endMs: nowMs + 12.5 * MINUTE }),
        ...(n === 0 && {
          beside: [{ executionId: 'duplicate', createdMs: nowMs - 2 * HOUR + SECOND }],
        }),
      }));
      const throttled = refusing(
        'getJobExecutions',
        new FakeCallError('DataFlowThrottled', 5 * SECOND),
      );
      const failing = refusing('getJobs', new FakeCallError('DataFlowForbidden'));
      service.fate = (call) => ({
        ...(clock.nowMs() > startMs + 10 * MINUTE && throttled(call)),
        ...(how === 'getJobs fails' && failing(call)),
      });
      await clock.advance(5 * HOUR);
      expect(lateMs).toHaveLength(1);
      expect(lateMs[0]).toBeLessThanOrEqual(5 * MINUTE);
      await hub.close();
    },
  );

  it.each(['oldest-first', 'shuffled'] as const)(
    'have their ends seen within a minute, with hardly more calls, where lists have twenty pages and run %s',
    async (order) => {
      const { clock, service, hub, lateMs } = aHub(100, 5, (n, nowMs) => {
        if (n >= 30) return {};
        const beganMs = nowMs - 2 * HOUR - SECOND * n;
        const past = Array.from({ length: 1_950 }, (_, k) => ({
          executionId: `past${n}-${k}`,
          ...{ createdMs: beganMs - (k + 12) * 10 * MINUTE, endMs: beganMs - HOUR },
        }));
        const duplicate = { executionId: `duplicate${n}`, createdMs: beganMs + SECOND };
        return { endMs: nowMs + (10 + n) * MINUTE, beside: [duplicate, ...past] };
      });
      service.listOrder = order;
      await clock.advance(HOUR);
      expect(lateMs).toHaveLength(30);
      expect(Math.max(...lateMs)).toBeLessThanOrEqual(MINUTE);
      expect(service.calls.length).toBeLessThan(2_700);
      await hub.close();
    },
    60_000,
  );

  it('are scanned again when the executions of the other workers have ended', async () => {
    const { clock, service, hub } = aHub(100, 100, (n, nowMs) => ({
      beside: [
        {
          executionId: `duplicate${n}`,
          ...{ createdMs: nowMs - 3 * HOUR - SECOND * n, endMs: nowMs + 10 * MINUTE },
        },
      ],
    }));
    await clock.advance(20 * MINUTE);
    const before = service.calls.length;
    await clock.advance(HOUR);
    expect(service.calls.length - before).toBeLessThan(2_500);
    await hub.close();
  });

  it('are given up as soon as ever when a job is deleted', async () => {
    const { clock, service, hub, startMs, lostMs } = aHub(50, 100, (n, nowMs) =>
      n === 0
        ? {
            createdMs: nowMs - 20 * SECOND,
            beside: [{ executionId: 'duplicate', createdMs: nowMs - 15 * SECOND }],
          }
        : {},
    );
    service.fate = ({ jobId }) =>
      jobId === 'job0' && clock.nowMs() >= startMs + 5 * SECOND
        ? { error: new FakeCallError('DataFlowNotFound') }
        : {};
    await clock.advance(10 * MINUTE);
    expect(lostMs).toHaveLength(1);
    expect(lostMs[0]).toBeLessThanOrEqual(50 * SECOND);
    await hub.close();
  });

  it('have no row stand for an execution that began to run as another was created', async () => {
    const { clock, hub, lateMs } = aHub(50, 100, (n, nowMs) => ({
      ...(n === 0 && { startedMs: nowMs - 2 * SECOND, endMs: nowMs + 2.5 * MINUTE }),
      ...(n === 0 && {
        beside: [
          {
            executionId: 'late',
            ...{ createdMs: nowMs - SECOND, visibleFromMs: nowMs + 10 * SECOND },
          },
        ],
      }),
    }));
    await clock.advance(HOUR);
    expect(lateMs).toHaveLength(1);
    expect(lateMs[0]).toBeLessThanOrEqual(MINUTE);
    await hub.close();
  });
});
