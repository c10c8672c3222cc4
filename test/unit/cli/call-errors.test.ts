import { describe, expect, it } from 'vitest';
import { callErrorText, exitOfCall } from '../../../cli/call-errors.js';
import { type CallFacts, DataFlowCallError } from '../../../client/errors.js';

const error = (facts: Partial<CallFacts> & Pick<CallFacts, 'call' | 'failure'>) =>
  new DataFlowCallError({ request: 'X /y', sent: 'maybe', complete: false, ...facts }, 'no answer');

describe('a lost answer, where nobody repeats a call (L15)', () => {
  it.each(['deleteJob', 'cancelJobExecution', 'updateJob', 'executeJob'] as const)(
    'of the write %s may have been carried out: exit 8, never "repeat the command"',
    (call) => {
      const lost = error({ call, failure: 'DataFlowUnavailable' });
      expect(exitOfCall(lost)).toBe('unknown');
      expect(callErrorText(lost)).toContain('may have been carried out. Look in the service');
      expect(callErrorText(lost)).not.toContain('repeat the command');
    },
  );

  it('of a read, and a write that was not sent or was refused, has done nothing', () => {
    expect(exitOfCall(error({ call: 'getJobs', failure: 'DataFlowUnavailable' }))).toBe(
      'unreachable',
    );
    const unsent = error({ call: 'deleteJob', failure: 'DataFlowUnavailable', sent: 'no' });
    expect(exitOfCall(unsent)).toBe('unreachable');
    const refused = { sent: 'yes', complete: true, status: 404 } as const;
    expect(exitOfCall(error({ call: 'deleteJob', failure: 'DataFlowNotFound', ...refused }))).toBe(
      'not-found',
    );
  });
});

describe('bad-state', () => {
  it.each([
    ['executeJob', 'getJobById'],
    ['executeWorkflow', 'getWorkflowById'],
    ['cancelJobExecution', 'getJobExecutionById'],
  ] as const)('of %s points to %s (L16)', (call, look) => {
    const refused = { sent: 'yes', complete: true, status: 400 } as const;
    const text = callErrorText(error({ call, failure: 'DataFlowBadState', ...refused }));
    expect(text).toContain(`dataflow api ${look}`);
  });
});
