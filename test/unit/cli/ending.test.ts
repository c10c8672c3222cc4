import { WorkflowFailedError } from '@temporalio/client';
import {
  ApplicationFailure,
  CancelledFailure,
  ChildWorkflowFailure,
  RetryState,
  TerminatedFailure,
} from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { exitOfEnding, readEnding } from '../../../cli/run/ending.js';
import { endingLines } from '../../../cli/run/show-ending.js';
import type { RunProgress } from '../../../contract/run.js';
import { aRemoteRun } from './runs.js';

const failed = (cause: Error): Promise<never> =>
  Promise.reject(
    new WorkflowFailedError('Workflow execution failed', cause, RetryState.IN_PROGRESS),
  );

const anExecutionFailure = (): ApplicationFailure =>
  ApplicationFailure.create({
    type: 'DataFlowExecutionFailed',
    message: 'execution x1 of job j1 ended FAILED',
    details: [{ jobId: 'j1', executionId: 'x1', remedy: 'read the log' }],
  });

describe('readEnding', () => {
  it('finds our failure in a workflow of the user’s that wraps it', async () => {
    const cause = anExecutionFailure();
    const child = new ChildWorkflowFailure(
      'd',
      { workflowId: 'w', runId: 'r' },
      'nightly',
      RetryState.IN_PROGRESS,
      cause,
    );
    const ending = await readEnding('w', failed(child));
    expect(ending.failure?.type).toBe('DataFlowExecutionFailed');
    expect(exitOfEnding(ending)).toBe('failed');
    expect(endingLines(ending)).toEqual([
      'DataFlowExecutionFailed: execution x1 of job j1 ended FAILED',
      'more: dataflow api getJobExecutionById --jobId j1 --executionId x1',
    ]);
  });

  it('takes any other failure of a workflow as failed, a cancel as canceled', async () => {
    expect(exitOfEnding(await readEnding('w', failed(new Error('own code'))))).toBe('failed');
    expect(exitOfEnding(await readEnding('w', failed(new CancelledFailure('c'))))).toBe('canceled');
  });

  it('does not call a terminated workflow ended: its execution was not stopped', async () => {
    const ending = await readEnding('w', failed(new TerminatedFailure('t')));
    expect(exitOfEnding(ending)).toBe('unknown');
    expect(endingLines(ending)[0]).toContain('What it had started was not stopped');
  });

  it('throws what is no end', async () => {
    await expect(readEnding('w', Promise.reject(new Error('14 UNAVAILABLE')))).rejects.toThrow(
      '14',
    );
  });
});

describe('exitOfEnding', () => {
  it('lets what is left in the dark outweigh a cancel', () => {
    const runs = [{ unknown: 'a start may have been accepted' }] as unknown as RunProgress[];
    const ending = { workflowId: 'w', outcome: 'canceled', runs } as const;
    expect(exitOfEnding(ending)).toBe('unknown');
    expect(endingLines(ending)).toContain('unknown: a start may have been accepted');
  });

  it('of a workflow that completed beside a run of a workflow of the service is ok (L2)', () => {
    const runs = [aRemoteRun({ phase: 'ended', outcome: 'COMPLETED' })];
    expect(exitOfEnding({ workflowId: 'w', outcome: 'completed', runs })).toBe('ok');
  });

  it('of a canceled run of a workflow of the service tells what became of it, and what is unknown (L2)', () => {
    const ended = { phase: 'ended', outcome: 'canceled', note: 'execution x1 stopped' } as const;
    const canceled = { workflowId: 'w', outcome: 'canceled', runs: [aRemoteRun(ended)] } as const;
    expect(exitOfEnding(canceled)).toBe('canceled');
    expect(endingLines(canceled)).toEqual([
      'workflow w canceled',
      'workflow nightly  canceled: execution x1 stopped',
    ]);
    const unknown = { ...canceled, runs: [aRemoteRun({ ...ended, unknown: 'x2 may run' })] };
    expect(exitOfEnding(unknown)).toBe('unknown');
    expect(endingLines(unknown)).toContain('unknown: x2 may run');
  });
});
