import { describe, expect, it } from 'vitest';
import { leftRunningLines } from '../../../cli/run/left-running.js';
import type { PipelineProgress } from '../../../contract/pipeline-run.js';
import { leftRunning } from '../../../worker/left-running.js';
import { aJobRun, aRemoteRun } from './runs.js';

const WAITING = { phase: 'waiting', submissionOutcome: 'submitted', posts: 1 } as const;
const remoteWorkflowId = 'nightly';

describe('what a workflow may have left running of a workflow of the service (L2)', () => {
  it.each<[string, Parameters<typeof aRemoteRun>[0], readonly unknown[]]>([
    ['nothing before its start', { phase: 'preparing' }, []],
    ['nothing after its end', { ...WAITING, phase: 'ended', nodes: [{ jobId: 'a' }] }, []],
    [
      'all of it while its start is under way',
      { phase: 'submitting' },
      [{ remoteWorkflowId, mayStart: [] }],
    ],
    [
      'all of it while its outcome of the start is unknown',
      { phase: 'reconciling', outcomeUnknown: true, nodes: [{ jobId: 'a' }] },
      [{ remoteWorkflowId, mayStart: ['a'] }],
    ],
    [
      'what runs, and what comes after it',
      {
        ...WAITING,
        nodes: [
          { jobId: 'a', executionId: 'x1', status: 'COMPLETED' },
          { jobId: 'b', executionId: 'x2', status: 'RUNNING' },
          { jobId: 'c' },
        ],
      },
      [
        { remoteWorkflowId, jobId: 'b', executionId: 'x2', status: 'RUNNING' },
        { remoteWorkflowId, mayStart: ['c'] },
      ],
    ],
    [
      'beside a job that failed what is not passed over',
      {
        ...WAITING,
        nodes: [
          { jobId: 'a', executionId: 'x1', status: 'FAILED' },
          { jobId: 'b', status: 'SKIPPED' },
          { jobId: 'c' },
        ],
      },
      [{ remoteWorkflowId, mayStart: ['c'] }],
    ],
    [
      'each execution that may be its own',
      { ...WAITING, nodes: [{ jobId: 'a', executionId: 'x1', candidates: ['x2'] }] },
      [{ remoteWorkflowId, jobId: 'a', candidates: ['x1', 'x2'] }],
    ],
  ])('%s', (_, change, left) => {
    expect(leftRunning({ key: aRemoteRun(change) })).toEqual(left);
  });

  it('with the step whose item runs it, and the calls that show what became of it', () => {
    const nodes = [{ jobId: 'a', executionId: 'x1', status: 'RUNNING' }, { jobId: 'b' }];
    const run = aRemoteRun({ ...WAITING, nodes });
    const item = { index: 0, attempt: 1, value: 'r03', submission: run.submission };
    const pipeline: PipelineProgress = {
      ...{ pipeline: 'p', key: 'p-key', phase: 'running' },
      steps: {
        load: {
          ...{ kind: 'remoteWorkflow', status: 'running', items: { total: 1 } },
          running: [item],
        },
      },
    };
    const [first, second] = leftRunningLines(
      leftRunning({ 'p-key': pipeline, [run.submission]: run }),
    );
    expect(first).toMatch(
      /^may still run: execution x1 of job a \(step load r03\), last seen RUNNING: .*--executionId x1/,
    );
    expect(second).toMatch(
      /^may still run: workflow nightly of the service \(step load r03\).* job b .*getWorkflowById --workflowId nightly/,
    );
  });

  it('beside jobs that the workflow runs itself', () => {
    const job = aJobRun({ jobId: 'j' });
    const remote = aRemoteRun({ phase: 'submitting' });
    expect(leftRunning({ [remote.submission]: remote, k1: job })).toEqual([
      { jobId: 'j', executionId: 'x9' },
      { remoteWorkflowId, mayStart: [] },
    ]);
  });
});
