import { describe, expect, it } from 'vitest';
import { DataFlowInvalidInputError } from '../../../client/errors.js';
import type { FailureType } from '../../../contract/failures.js';
import { createRateLimiter } from '../../../polling/rate-limiter.js';
import { createStatusHub, type WaitInfo } from '../../../polling/status-hub.js';
import { FakeCallError, FakeService, type SeenCall } from './fake-service.js';
import { ManualClock } from './manual-clock.js';
import { settings } from './usual-settings.js';

/** A wait for an execution that the service does not find by id for so long. */
function aWait({
  endsInMs = 1e9,
  missingMs = Infinity,
  failure = 'DataFlowNotFound' as FailureType,
}) {
  const clock = new ManualClock();
  const service = new FakeService(clock);
  const createdMs = clock.nowMs();
  const times = { createdMs, endMs: createdMs + endsInMs };
  service.executions.push({ jobId: 'job', executionId: 'e1', end: 'COMPLETED', ...times });
  service.fate = ({ name }) =>
    name === 'getJobExecutionById' && clock.nowMs() < createdMs + missingMs
      ? { error: new FakeCallError(failure) }
      : {};
  const rateLimiter = createRateLimiter({ callsPerSecond: 100, clock });
  const hub = createStatusHub({ client: service.client, settings, clock, rateLimiter });
  const told: WaitInfo[] = [];
  const target = { jobId: 'job', executionId: 'e1', createdMs };
  const end = hub
    .wait(target, { onStatus: (info) => told.push(info) })
    .catch((error: unknown) => error);
  return { clock, service, hub, told, end };
}

const failList = (service: FakeService, error: Error): void => {
  const { fate } = service;
  service.fate = (call: SeenCall) => (call.name === 'getJobExecutions' ? { error } : fate(call));
};

describe('an execution that is not found by id', () => {
  it('is there while its job’s list shows it, and its end is told once it is found again (A9)', async () => {
    const { clock, end, told } = aWait({ endsInMs: 900_000, missingMs: 600_000 });
    await clock.advance(1_000_000);
    expect(await end).toMatchObject({ execution: { status: 'COMPLETED' } });
    expect(told.map(({ execution }) => execution?.status)).toContain('RUNNING');
  });

  it('has ended as its job’s list says when it is never found by id again (A9)', async () => {
    const { clock, end } = aWait({ endsInMs: 100_000 });
    await clock.advance(300_000);
    expect(await end).toMatchObject({ execution: { jobExecutionId: 'e1', status: 'COMPLETED' } });
  });

  it('is looked for in the list only when the wait would be given up', async () => {
    const { clock, service, hub } = aWait({ missingMs: 20_000 });
    await clock.advance(100_000);
    expect(service.count('getJobExecutions')).toBe(0);
    await hub.close();
  });

  it('is waited for while the list cannot be read', async () => {
    const { clock, end, service } = aWait({ endsInMs: 500_000, missingMs: 400_000 });
    failList(service, new FakeCallError('DataFlowUnavailable'));
    await clock.advance(1_000_000);
    expect(await end).toMatchObject({ execution: { status: 'COMPLETED' } });
  });

  it('is gone with its job (C8)', async () => {
    const { clock, end, service } = aWait({});
    failList(service, new FakeCallError('DataFlowNotFound'));
    await clock.advance(100_000);
    expect(await end).toMatchObject({ failure: 'DataFlowNotFound' });
  });
});

describe('a refusal that no repetition mends', () => {
  it('of our own ends the wait at once, with its cause (C3)', async () => {
    const { clock, end, service } = aWait({});
    service.fate = () => ({
      error: new DataFlowInvalidInputError('getJobExecutionById', ['id: x']),
    });
    await clock.advance(5_000);
    expect(await end).toMatchObject({ failure: 'DataFlowInvalidInput' });
  });

  it('of the service ends it after maxListingDelayMs, unless the list shows the execution', async () => {
    const gone = aWait({ failure: 'DataFlowBadParameter' });
    gone.service.executions.length = 0;
    await gone.clock.advance(100_000);
    expect(await gone.end).toMatchObject({ failure: 'DataFlowBadParameter' });
    const listed = aWait({ failure: 'DataFlowBadParameter', endsInMs: 100_000 });
    await listed.clock.advance(300_000);
    expect(await listed.end).toMatchObject({ execution: { status: 'COMPLETED' } });
  });
});
