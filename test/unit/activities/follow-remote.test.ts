import { AsyncWaits } from '../../../activities/worker-waits.js';
import { describe, expect, it } from 'vitest';
import { followRemoteWorkflow } from '../../../activities/follow-remote-workflow.js';
import { prepareRemoteWorkflow } from '../../../activities/prepare-remote-workflow.js';
import { DataFlowCallError } from '../../../client/errors.js';
import type { FailureType } from '../../../contract/failures.js';
import type { JobExecution } from '../../../contract/job.js';
import type { FollowInput, FollowResult } from '../../../contract/remote-activities.js';
import type { RemoteWorkflow, WorkflowNodeView } from '../../../contract/remote-workflow.js';
import type { Reporting } from '../../../contract/wait-report.js';
import type { Profile } from '../../../activities/profile.js';
import { anActivity, fakeProfile, type FakeProfileParts } from './fake-profile.js';

const aCallError = (failure: FailureType, retryAfterMs?: number): DataFlowCallError =>
  new DataFlowCallError(
    {
      call: 'getJobExecutions',
      request: 'GET /api/v1/jobs/first/executions',
      failure,
      sent: 'yes',
      complete: true,
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    },
    `answer of the kind ${failure}`,
  );

const row = (change: Partial<JobExecution> = {}): JobExecution => ({
  jobExecutionId: 'e1',
  jobId: 'first',
  status: 'RUNNING',
  triggerId: 't',
  ...change,
});

type Answer = readonly JobExecution[] | Error;

/** Lists that answer one after the other; the last answer repeats. */
function listing(...answers: readonly Answer[]): NonNullable<FakeProfileParts['read']> {
  let next = 0;
  return () => {
    const answer = answers[Math.min(next, answers.length - 1)]!;
    next += 1;
    if (answer instanceof Error) return Promise.reject(answer);
    return Promise.resolve({ rows: answer, complete: true, dateMs: undefined, calls: 1 });
  };
}

const quick = (parts: FakeProfileParts, maxListingDelayMs = 0): Profile => {
  const { profile } = fakeProfile(parts);
  return {
    ...profile,
    timings: { ...profile.timings, maxListingDelayMs, minPollMs: 50, maxPollMs: 50 },
  };
};

const expected = (settlesInMs?: number): FollowInput => ({
  workflowId: 'w',
  triggerId: 't',
  expected: [
    {
      jobId: 'first',
      knownIds: ['known'],
      seenIds: [],
      ...(settlesInMs !== undefined && { settlesInMs }),
    },
  ],
  running: [],
});

const follow = (profile: Profile, input: FollowInput): Promise<FollowResult> =>
  anActivity().run<[FollowInput], FollowResult, (input: FollowInput) => Promise<FollowResult>>(
    followRemoteWorkflow(() => profile, new AsyncWaits(() => undefined)),
    input,
  );

const asking = (input: FollowInput): FollowInput & Reporting => ({
  ...input,
  report: { times: 0 },
});

describe('dataflowFollowRemoteWorkflow', () => {
  it.each<[string, Error]>([
    ['not found', aCallError('DataFlowNotFound')],
    ['bad parameter', aCallError('DataFlowBadParameter')],
    ['forbidden', aCallError('DataFlowForbidden')],
    ['unauthenticated', aCallError('DataFlowUnauthenticated')],
    ['unavailable', aCallError('DataFlowUnavailable')],
    ['unreadable', aCallError('DataFlowProtocolError')],
  ])('reads a list again that was answered: %s (C10)', async (_, error) => {
    const { seen, lost } = await follow(quick({ read: listing(error, [row()]) }), expected());
    expect([seen.flatMap(({ executions }) => executions), lost]).toEqual([[row()], []]);
  });

  it('reports why a list cannot be read to who asks for that (L2)', async () => {
    const profile = quick({ read: listing(aCallError('DataFlowUnauthenticated')) });
    expect(await follow(profile, asking(expected()))).toEqual({
      report: { lastError: expect.stringMatching(/^job first: .*Unauthenticated/) as string },
    });
  });

  it('reports why the status of an execution cannot be read to who asks for that (L2)', async () => {
    const lastError = aCallError('DataFlowUnavailable');
    const wait: NonNullable<FakeProfileParts['wait']> = (_, { signal, onStatus } = {}) => {
      onStatus?.({ lastError, calls: 1 });
      return new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => {
          reject(signal.reason as Error);
        });
      });
    };
    const running = [{ jobId: 'first', executionId: 'e1' }];
    const input = asking({ ...expected(), expected: [], running });
    expect(await follow(quick({ wait }), input)).toEqual({
      report: { lastError: expect.stringMatching(/^job first: .*Unavailable/) as string },
    });
  });

  it('reads on after two answers that a job is not found, however far apart they are', async () => {
    const gone = aCallError('DataFlowNotFound');
    const { seen } = await follow(quick({ read: listing(gone, gone, [row()]) }), expected());
    expect(seen).toHaveLength(1);
  });

  it('tells that a job is lost which the service keeps calling not found', async () => {
    const read = listing(aCallError('DataFlowNotFound'));
    const { seen, lost } = await follow(quick({ read }), expected());
    expect([seen, lost.map(({ jobId }) => jobId)]).toEqual([[], ['first']]);
  });

  it('tells of one execution that is lost, and leaves the wait for another one alone', async () => {
    const wait: FakeProfileParts['wait'] = ({ jobId }, { signal } = {}) =>
      jobId === 'gone'
        ? Promise.reject(aCallError('DataFlowNotFound'))
        : new Promise((_, reject) => {
            signal?.addEventListener('abort', () => {
              reject(signal.reason as Error);
            });
          });
    const running = ['gone', 'there'].map((jobId) => ({ jobId, executionId: `${jobId}-1` }));
    const { ended, lost } = await follow(quick({ wait }), { ...expected(), expected: [], running });
    expect([ended, lost.map(({ jobId }) => jobId)]).toEqual([[], ['gone']]);
  });

  it('takes what the trigger started for the run’s only possibly where the baseline was not complete (A5)', async () => {
    const input = expected(0);
    const nodes = input.expected.map((node) => ({ ...node, incomplete: true as const }));
    const profile = quick({ read: listing([row()]), answer: () => row() });
    const { seen } = await follow(profile, { ...input, expected: nodes });
    expect(seen).toEqual([{ jobId: 'first', executions: [], possibleIds: ['e1'], settled: true }]);
  });

  it('settles a job without an execution once the time is over', async () => {
    const { seen } = await follow(quick({ read: listing([]) }), expected(0));
    expect(seen).toMatchObject([{ executions: [], possibleIds: [], settled: true }]);
  });

  it.each<[string, JobExecution, string[]]>([
    ['neither trigger nor type is no proof', row({ triggerId: '', type: '' }), ['e1']],
    ['type WORKFLOW and no trigger is no proof', row({ triggerId: '', type: 'WORKFLOW' }), ['e1']],
    ['type JOB and no trigger is somebody else’s', row({ triggerId: '', type: 'JOB' }), []],
    ['another trigger is somebody else’s', row({ triggerId: 'other' }), []],
  ])('a listed execution with %s', async (_, shown, possibleIds) => {
    const parts = { read: listing([shown]), answer: () => shown };
    const { seen } = await follow(quick(parts), expected(0));
    expect(seen).toMatchObject([{ executions: [], possibleIds, settled: true }]);
  });

  it('an execution that the trigger started, listed and not found by id, counts as there', async () => {
    const parts = {
      read: listing([row({ status: 'COMPLETED' })]),
      answer: () => {
        throw aCallError('DataFlowNotFound');
      },
    };
    const { seen } = await follow(quick(parts), expected());
    expect(seen).toMatchObject([{ executions: [{ jobExecutionId: 'e1', status: 'UNKNOWN' }] }]);
  });

  it('an execution that is dated before the start and was not listed then counts: dates of two clocks prove nothing (S2)', async () => {
    const early = row({ createdDate: new Date(Date.now() - 300_000).toISOString() });
    const { seen } = await follow(quick({ read: listing([early]) }), expected());
    expect(seen).toMatchObject([{ executions: [early] }]);
  });
});

describe('dataflowPrepareRemoteWorkflow', () => {
  const node = (id: string, ...parentNodeIds: string[]): WorkflowNodeView => ({
    id,
    name: id,
    type: 'JOB',
    parentNodeIds,
  });
  const prepare = (nodes: readonly WorkflowNodeView[], read = listing([])) => {
    const trigger = { id: 't', type: 'TRIGGER', parentNodeIds: [], triggerRule: 'NONE' };
    const workflow: RemoteWorkflow = { workflowId: 'w', name: 'w', nodes: [trigger, ...nodes] };
    const { profile } = fakeProfile({ read, answer: () => workflow });
    return anActivity().run(
      prepareRemoteWorkflow(() => profile),
      { workflowId: 'w' },
    );
  };

  it.each<[string, readonly WorkflowNodeView[], string]>([
    ['an unknown parent', [node('first', 't'), node('second', 'gone')], 'second (after gone)'],
    ['a circle', [node('first', 't'), node('a', 'b'), node('b', 'a')], 'a (after b), b (after a)'],
    ['a parent that is no job', [{ ...node('if', 't'), type: 'CONDITION' }, node('a', 'if')], 'a'],
    ['what comes after those', [node('first', 'gone'), node('second', 'first')], 'second'],
  ])('refuses before the POST a graph with %s (C12)', async (_, nodes, named) => {
    await expect(prepare(nodes)).rejects.toMatchObject({
      type: 'DataFlowInvalidInput',
      message: expect.stringContaining(named) as string,
    });
  });

  it('takes jobs without parents, and those after jobs, as the trigger’s', async () => {
    expect(
      await prepare([node('first'), node('second', 'first'), node('third', 't', 'second')]),
    ).toMatchObject({
      nodes: [
        { jobId: 'first', parentJobIds: [] },
        { jobId: 'second', parentJobIds: ['first'] },
        { jobId: 'third', parentJobIds: ['second'] },
      ],
    });
  });

  it('refuses a start while a listed execution of a first job may be an earlier run’s', async () => {
    const untold = row({ triggerId: '', type: '' });
    const nodes = [node('first', 't'), node('second', 'first')];
    const trigger = { id: 't', type: 'TRIGGER', parentNodeIds: [], triggerRule: 'NONE' };
    const workflow = { workflowId: 'w', name: 'w', nodes: [trigger, ...nodes] };
    const { profile } = fakeProfile({
      read: listing([untold]),
      answer: (name) => (name === 'getWorkflowById' ? workflow : untold),
    });
    const act = prepareRemoteWorkflow(() => profile);
    await expect(anActivity().run(act, { workflowId: 'w' })).rejects.toMatchObject({
      type: 'DataFlowBadState',
      details: [{ candidates: ['e1'], remedy: expect.not.stringContaining('onBusy') as string }],
    });
  });
});
