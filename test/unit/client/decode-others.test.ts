import { describe, expect, it } from 'vitest';
import { ENDPOINTS } from '../../../client/operations/endpoints.js';
import { EXAMPLES, GRAPH, SOURCE } from './operation-examples.js';

const JOB = { jobId: 'j1', name: 'nightly', type: 'VISUAL', status: 'READY' };
const WORKFLOW = { workflowId: 'w1', ...GRAPH };
const TRIGGER = { triggerId: 't1', name: 'daily', type: 'SCHEDULED' };

describe('the answer of createJob', () => {
  const created = (body: unknown) => ENDPOINTS.createJob.decode(body, EXAMPLES.createJob);

  it('is the new job with its nodes', () => {
    expect(created({ ...JOB, nodes: [SOURCE] })).toEqual({ ...JOB, nodes: [SOURCE] });
  });

  it('has no nodes where one of them cannot be read: nobody decides by them', () => {
    expect(created({ ...JOB, nodes: [SOURCE, 'odd'] })).toEqual(JOB);
  });

  it('without an id is unreadable', () => {
    expect(() => created({ ...JOB, jobId: undefined })).toThrow('jobId');
  });
});

describe('the answer of getWorkflowById', () => {
  const workflow = (members: object) =>
    ENDPOINTS.getWorkflowById.decode({ ...WORKFLOW, ...members }, { workflowId: 'w1' });

  it('has a node without parents, and settings under their newest name', () => {
    const nodes = [{ id: 'a', type: 'JOB', parentNodeIds: null, runCondition: { timeout: 5 } }];
    expect(workflow({ nodes }).nodes).toEqual([
      { id: 'a', type: 'JOB', parentNodeIds: [], jobCondition: { timeout: 5 } },
    ]);
  });

  it('is unreadable without nodes, because a run is followed by them', () => {
    expect(() => workflow({ nodes: undefined })).toThrow('nodes');
    expect(() => workflow({ nodes: [{ name: 'no id' }] })).toThrow('nodes.0.id');
  });

  it('of another workflow is unreadable', () => {
    expect(() => workflow({ workflowId: 'w2' })).toThrow('workflowId: expected w1, came "w2"');
  });
});

describe('the rows of getWorkflows', () => {
  it('take disabled as a text, as one edition prints it, and no nodes', () => {
    const row = { workflowId: 'w1', name: 'n', disabled: 'false', triggerRuleType: 'NONE' };
    const { list } = ENDPOINTS.getWorkflows.decode({ list: [row] }, {});
    expect(list).toEqual([{ ...row, disabled: false, nodes: [] }]);
  });
});

describe('the rows of getWorkflowExecutions', () => {
  const executions = (row: object) =>
    ENDPOINTS.getWorkflowExecutions.decode({ list: [row] }, { workflowId: 'w1' });

  it('are executions of several jobs', () => {
    const row = { jobExecutionId: 'e1', jobId: 'j7', status: 'RUNNING', triggerId: 't1' };
    expect(executions(row).list).toEqual([row]);
  });

  it('are left out and counted where one does not say which job it is of (A12)', () => {
    expect(executions({ jobExecutionId: 'e1', status: 'RUNNING' })).toMatchObject({
      ...{ list: [], unreadable: 1 },
    });
  });
});

describe('the answer of executeWorkflow', () => {
  const started = (body: unknown) => ENDPOINTS.executeWorkflow.decode(body, { workflowId: 'w1' });

  it('names the trigger that was fired', () => {
    const accepted = { workflowId: 'w1', triggerId: 't1', status: 'ACCEPTED' };
    expect(started(accepted)).toEqual(accepted);
  });

  it('is unreadable without the trigger, or about another workflow', () => {
    expect(() => started({ workflowId: 'w1', status: 'ACCEPTED' })).toThrow('triggerId');
    expect(() => started({ workflowId: 'w2', triggerId: 't1', status: 'ACCEPTED' })).toThrow(
      'workflowId: expected w1, came "w2"',
    );
  });
});

describe('the id of what was just made (C3)', () => {
  it.each([
    ['createJob', { ...JOB, jobId: '../x' }],
    ['createWorkflow', { ...WORKFLOW, workflowId: 'a b' }],
    ['createTrigger', { ...TRIGGER, triggerId: 'a/b' }],
  ] as const)('must be one that a later call would send: %s', (name, body) => {
    expect(() => ENDPOINTS[name].decode(body, {} as never)).toThrow(
      'expected 1 to 100 letters, digits, _ or -',
    );
  });
});

describe('the answer of getTriggerById', () => {
  const trigger = (triggerRule: unknown) =>
    ENDPOINTS.getTriggerById.decode({ ...TRIGGER, triggerRule }, { triggerId: 't1' });

  it('keeps values that no page names, and takes numbers for texts', () => {
    const rule = { type: 'RECURRING', interval: 'FORTNIGHT', time: 30, dateOfMonth: -1 };
    expect(trigger(rule).triggerRule).toEqual({ ...rule, time: '30', dateOfMonth: '-1' });
  });

  it('may lack a rule', () => {
    expect(trigger(null)).toEqual(TRIGGER);
  });
});

describe('the statistics', () => {
  it('have dates with an offset, whichever form came', () => {
    const row = { totalCount: 3, startDate: '2026-11-01T00:00:00.000', endDate: 'soon' };
    const read = ENDPOINTS.getExecutionInterval.decode(
      { result: [row] },
      EXAMPLES.getExecutionTimes,
    );
    expect(read).toEqual({
      result: [{ totalCount: 3, startDate: '2026-11-01T00:00:00.000+09:00' }],
    });
  });

  it('are unreadable where a figure is missing', () => {
    const totals = (body: unknown) =>
      ENDPOINTS.getExecutionResult.decode(body, EXAMPLES.getExecutionResult);
    expect(totals({ totalCount: '4', completedCount: 3, failedCount: 1 })).toEqual({
      totalCount: 4,
      completedCount: 3,
      failedCount: 1,
    });
    expect(() => totals({ totalCount: 4 })).toThrow('completedCount');
  });
});
