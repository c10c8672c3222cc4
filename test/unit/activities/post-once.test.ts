import { describe, expect, it, vi } from 'vitest';
import { executeJob } from '../../../activities/execute-job.js';
import type { ExecuteOptions } from '../../../client/client.js';
import type { SubmitInput } from '../../../contract/activities.js';
import { DEFAULT_TIMINGS } from '../../../contract/timings.js';
import { anActivity, fakeProfile, type NotedCall } from './fake-profile.js';

const B0 = Date.parse('2026-11-22T03:00:00Z');
const RUN = {
  workflowExecution: { workflowId: 'w', runId: 'run' },
  attempt: 1,
  scheduledTimestampMs: 1,
  currentAttemptScheduledTimestampMs: 1,
};
const anInput = (change: Partial<SubmitInput['permit']> = {}): SubmitInput => ({
  jobId: 'jobA',
  permit: { baselineMs: B0, runId: 'run', timings: DEFAULT_TIMINGS, ...change },
});

async function optionsOf(
  input: SubmitInput,
  takesOldDates: boolean,
  { isMeasured = true } = {},
): Promise<ExecuteOptions> {
  const calls = await submit(input, takesOldDates, RUN, isMeasured);
  return calls.find(({ name }) => name === 'executeJob')?.options as ExecuteOptions;
}

async function submit(
  input: SubmitInput,
  takesOldDates = true,
  info: object = RUN,
  isMeasured = true,
): Promise<NotedCall[]> {
  const answer = (): unknown => ({ jobExecutionId: 'e1', jobId: 'jobA', status: 'READY' });
  const { profile, calls } = fakeProfile({ answer, takesOldDates, isMeasured });
  await anActivity(info).run(
    executeJob(() => profile),
    input,
  );
  return calls;
}

describe('dataflowExecuteJob', () => {
  it('posts only while the permit is good, within the time limit of the POST', async () => {
    expect(await optionsOf(anInput(), true)).toMatchObject({
      notAfterMs: B0 + 15_000,
      timeoutMs: 15_000,
    });
  });

  it('posts nothing once the permit has ended by this process alone, whatever Date the service sends (S2)', async () => {
    vi.useFakeTimers({ now: B0, toFake: ['Date', 'performance'] });
    try {
      const { mayLeave } = await optionsOf(anInput(), true);
      vi.advanceTimersByTime(14_999);
      expect(mayLeave?.()).toBe(true);
      vi.advanceTimersByTime(1);
      expect(mayLeave?.()).toBe(false);
    } finally {
      vi.useRealTimers();
    }
  });

  it('is not ended by a clock that only one side has read (A4)', async () => {
    const undated = { runId: 'run', timings: DEFAULT_TIMINGS };
    expect(await optionsOf({ jobId: 'jobA', permit: undated }, true)).not.toHaveProperty(
      'notAfterMs',
    );
    const input = anInput({ baselineMs: B0 - 3_600_000 });
    const options = await optionsOf(input, true, { isMeasured: false });
    expect(options).not.toHaveProperty('notAfterMs');
    expect(options.mayLeave?.()).toBe(true);
  });

  it('dates its POST so that the gateway refuses it after B0 + X + T', async () => {
    expect(await optionsOf(anInput(), true)).toMatchObject({
      signedAtMs: B0 + 15_000 + 15_000 - 300_000,
    });
  });

  it('dates its POST plainly where the gateway does not take such dates, or the profile says so', async () => {
    expect(await optionsOf(anInput(), false)).not.toHaveProperty('signedAtMs');
    const timings = { ...DEFAULT_TIMINGS, backdateSubmit: 'off' as const };
    expect(await optionsOf(anInput({ timings }), true)).not.toHaveProperty('signedAtMs');
  });

  it.each([
    [
      'another run of the workflow',
      { ...RUN, workflowExecution: { workflowId: 'w', runId: 'reset' } },
    ],
    ['a further attempt', { ...RUN, attempt: 2 }],
    ['an attempt after an activity reset', { ...RUN, currentAttemptScheduledTimestampMs: 2 }],
  ])('posts nothing and ends with an unknown outcome in %s', async (_, info) => {
    await expect(submit(anInput(), true, info)).rejects.toMatchObject({
      type: 'DataFlowSubmissionUnknown',
    });
  });
});
