import { describe, expect, it } from 'vitest';
import { isCandidate, likeness } from '../../../activities/match.js';
import type { SubmissionMark } from '../../../contract/activities.js';
import type { JobExecution } from '../../../contract/job.js';

const B0 = Date.parse('2026-11-22T03:00:10Z');
const aMark = (change: Partial<SubmissionMark> = {}): SubmissionMark => ({
  since: { baselineMs: B0, knownIds: ['known'], knownSinceMs: B0 - 600_000 },
  claimedIds: ['claimed'],
  sent: [{ numWorker: 4, timeout: 60 }],
  soleWriter: false,
  ...change,
});
const anExecution = (change: Partial<JobExecution> = {}): JobExecution => ({
  jobExecutionId: 'new',
  jobId: 'jobA',
  status: 'READY',
  createdDate: '2026-11-22T12:00:11+09:00',
  jobCondition: { numWorker: 4, timeout: 60 },
  ...change,
});

describe('isCandidate', () => {
  it.each<[string, Partial<JobExecution>, boolean]>([
    ['created since the baseline', {}, true],
    [
      'created before it, by another clock (S2)',
      { createdDate: '2026-11-22T11:59:00+09:00' },
      true,
    ],
    [
      'created long before what the baseline knows',
      { createdDate: '2026-11-22T11:50:09+09:00' },
      false,
    ],
    ['that shows no creation', { createdDate: undefined as never }, true],
    ['that the baseline knows', { jobExecutionId: 'known' }, false],
    ['that is another submission of the workflow', { jobExecutionId: 'claimed' }, false],
    ['that a trigger started', { triggerId: 't1' }, false],
    ['with an empty trigger id', { triggerId: '' }, true],
    ['that a workflow of the service started', { type: 'WORKFLOW' }, false],
  ])('%s: %j → %s', (_, change, expected) => {
    expect(isCandidate(anExecution(change), aMark())).toBe(expected);
  });
});

describe('likeness', () => {
  const unseen = { faithful: new Set<string>(), changed: new Set<string>() };
  const faithful = {
    faithful: new Set(['numWorker', 'timeout', 'parameters']),
    changed: new Set<string>(),
  };

  it('compares the members that were sent, by any of the POSTs', () => {
    const mark = aMark({
      sent: [
        { numWorker: 4, timeout: 60 },
        { numWorker: 4, timeout: 59 },
      ],
    });
    const shown = (timeout: number): JobExecution =>
      anExecution({ jobCondition: { numWorker: 4, timeout, logPath: 'x' } });
    expect(likeness(shown(59), mark, faithful)).toBe('yes');
    expect(likeness(shown(58), mark, faithful)).toBe('no');
  });

  it('leaves out members that the service was seen to echo changed', () => {
    const shown = anExecution({ jobCondition: { numWorker: 5, timeout: 60 } });
    expect(likeness(shown, aMark(), { ...faithful, changed: new Set(['numWorker']) })).toBe('yes');
  });

  it('is unsure of a difference in a member that the service was never seen to echo', () => {
    const shown = anExecution({ jobCondition: { numWorker: 5, timeout: 60 } });
    expect(likeness(shown, aMark(), unseen)).toBe('maybe');
    expect(likeness(shown, aMark(), { ...unseen, faithful: new Set(['numWorker']) })).toBe('no');
  });

  it('goes by the run key alone where there is one', () => {
    const mark = aMark({ runKey: { parameter: 'runKey', key: 'k1' } });
    const withKey = (runKey: string): JobExecution =>
      anExecution({ jobCondition: { numWorker: 9, parameters: { runKey } } });
    expect(likeness(withKey('k1'), mark, unseen)).toBe('yes');
    expect(likeness(withKey('k2'), mark, unseen)).toBe('no');
    expect(likeness(anExecution({ parsedParameters: { runKey: 'k1' } }), mark, unseen)).toBe('yes');
    expect(likeness(anExecution(), mark, faithful)).toBe('no');
    expect(likeness(anExecution(), mark, unseen)).toBe('maybe');
  });
});
