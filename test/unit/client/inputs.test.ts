import { describe, expect, it } from 'vitest';
import { inputProblems } from '../../../client/operations/input-problems.js';
import { OPERATION_NAMES } from '../../../contract/operation-names.js';
import type { OperationName } from '../../../contract/operations.js';
import { EXAMPLES, GRAPH, SOURCE } from './operation-examples.js';

const JOB_ID = { jobId: 'Ab12Cd34Ef56' };
const RULE = { type: 'RECURRING', interval: 'DAY', time: '02:00' };
const trigger = (triggerRule: unknown) => ({ name: 'daily', type: 'SCHEDULED', triggerRule });
const job = (members: object) => ({ name: 'nightly', type: 'VISUAL', ...members });

describe('the input of an operation', () => {
  it.each(OPERATION_NAMES)('of %s is taken as documented', (name) => {
    expect(inputProblems(name, EXAMPLES[name])).toEqual([]);
  });

  it.each(OPERATION_NAMES)('of %s is refused with a member that nobody knows', (name) => {
    const problems = inputProblems(name, { ...EXAMPLES[name], baseUrl: 'http://elsewhere' });
    expect(problems).toEqual([expect.stringMatching(/^baseUrl: unknown; known are /)]);
  });

  it.each<[OperationName, object, string]>([
    ['createJob', job({ name: 'ab' }), 'name: give 3 to 100 letters'],
    ['createJob', job({ name: '9lives' }), 'name: give 3 to 100 letters'],
    ['createJob', job({ name: 'a b c' }), 'name: give 3 to 100 letters'],
    ['createJob', job({ name: '한국어이름' }), 'name: give 3 to 100 letters'],
    ['createJob', job({ name: 'a'.repeat(101) }), 'name: give 3 to 100 letters'],
    ['createJob', job({ type: 'DATAFLOW' }), 'type: give VISUAL or SCRIPT'],
    ['createJob', job({ maxConcurrentRuns: 0 }), 'maxConcurrentRuns: give a whole number'],
    ['updateJob', { ...JOB_ID, name: 'renamed' }, 'type: give VISUAL or SCRIPT'],
    ['updateJobExecuteConfig', JOB_ID, 'jobCondition: give an object'],
    [
      'executeJob',
      { ...JOB_ID, jobCondition: { numWorker: 11 } },
      'jobCondition.numWorker: give 2 to 10',
    ],
    [
      'executeJob',
      { ...JOB_ID, jobCondition: { numWorker: 1 } },
      'jobCondition.numWorker: give 2 to 10',
    ],
    [
      'executeJob',
      { ...JOB_ID, jobCondition: { timeout: 0 } },
      'jobCondition.timeout: give whole minutes',
    ],
    [
      'executeJob',
      { ...JOB_ID, jobCondition: { timeout: 1.5 } },
      'jobCondition.timeout: give whole minutes',
    ],
    [
      'executeJob',
      { ...JOB_ID, jobCondition: { nrn: '' } },
      'jobCondition.nrn: give a text that is not empty',
    ],
    [
      'executeJob',
      { ...JOB_ID, jobCondition: { numWorkers: 3 } },
      'jobCondition.numWorkers: unknown',
    ],
    [
      'executeJob',
      { ...JOB_ID, jobCondition: { parameters: { day: 1 } } },
      'jobCondition.parameters.day: give a text',
    ],
    ['getJobs', { name: '' }, 'name: give a text that is not empty'],
    [
      'getExecutionTimes',
      { ...EXAMPLES.getExecutionTimes, startDate: '2026-11-01' },
      'startDate: ',
    ],
    [
      'getExecutionTimes',
      { ...EXAMPLES.getExecutionTimes, endDate: '2026-11-01T00:00:00+09:00' },
      'endDate: ',
    ],
    [
      'getExecutionTimes',
      { startDate: '2026-11-02T00:00:00', endDate: '2026-11-01T00:00:00' },
      'endDate: is before startDate',
    ],
    ['verifyJob', { name: 'nightly' }, 'nodes: give a list of nodes'],
    ['getJobById', { jobId: '../workflows/x' }, 'jobId: give 1 to 100 letters'],
  ])('of %s is refused as %j', (name, input, problem) => {
    expect(inputProblems(name, input)).toEqual([expect.stringContaining(problem)]);
  });

  it.each([undefined, null, 'a', 7, []])('of an operation is refused as %j', (input) => {
    expect(inputProblems('getJobById', input)).not.toEqual([]);
  });

  it('is told all its problems at once', () => {
    const input = { jobId: '..', jobCondition: { numWorker: 11, timeout: 0 }, colour: 'red' };
    expect(inputProblems('executeJob', input).map((one) => one.split(':', 1)[0])).toEqual([
      'jobId',
      'jobCondition.numWorker',
      'jobCondition.timeout',
      'colour',
    ]);
  });
});

describe('a trigger rule', () => {
  it.each([
    { type: 'NONE' },
    { type: 'ONE_TIME', executionDate: '2026-12-01T00:00:00' },
    { ...RULE, interval: 'HOUR', time: '30' },
    { ...RULE, interval: 'WEEK', dayOfWeek: ['MONDAY', 'SUNDAY'] },
    { ...RULE, interval: 'MONTH', dateOfMonth: '-1' },
  ])('may be %j', (rule) => {
    expect(inputProblems('createTrigger', trigger(rule))).toEqual([]);
  });

  it.each<[unknown, string]>([
    [{ ...RULE, interval: 'WEEK' }, 'triggerRule.dayOfWeek: interval WEEK needs a list'],
    [{ ...RULE, interval: 'WEEK', dayOfWeek: [] }, 'triggerRule.dayOfWeek: interval WEEK needs'],
    [{ ...RULE, interval: 'WEEK', dayOfWeek: ['MON'] }, 'triggerRule.dayOfWeek.0: interval WEEK'],
    [{ ...RULE, interval: 'MONTH' }, 'triggerRule.dateOfMonth: interval MONTH needs'],
    [{ ...RULE, interval: 'MONTH', dateOfMonth: '32' }, 'triggerRule.dateOfMonth: interval MONTH'],
    [{ ...RULE, interval: 'HOUR' }, 'triggerRule.time: give minute 00 to 59'],
    [{ ...RULE, time: '25:00' }, 'triggerRule.time: give minute 00 to 59'],
    [{ ...RULE, time: undefined }, 'triggerRule.time: give minute 00 to 59'],
    [{ type: 'RECURRING' }, 'triggerRule.interval: RECURRING needs interval'],
    [{ ...RULE, interval: 'YEAR' }, 'triggerRule.interval: RECURRING needs interval'],
    [{ type: 'ONE_TIME' }, 'triggerRule.executionDate: ONE_TIME needs executionDate'],
    [{ ...RULE, dayOfWeek: ['MONDAY'] }, 'triggerRule.dayOfWeek: unknown'],
    [{ type: 'DAILY' }, 'triggerRule.type: give an object with type'],
    [undefined, 'triggerRule: give an object with type'],
  ])('is refused as %j', (rule, problem) => {
    expect(inputProblems('createTrigger', trigger(rule))).toEqual([
      expect.stringContaining(problem),
    ]);
  });
});

describe('the nodes', () => {
  const nodes = (...list: unknown[]) => inputProblems('createJob', job({ nodes: list }));

  it('of a job may have members that no page shows', () => {
    const sql = { id: 2, type: 'TRANSFORM_SQL', name: 'sql', parentNodeIds: [SOURCE.id], sql: '…' };
    expect(nodes(SOURCE, sql)).toEqual([]);
  });

  it('of a job must have what their type is documented to have', () => {
    const filter = { id: 2, type: 'TRANSFORM_FILTER', name: 'f', parentNodeIds: [SOURCE.id] };
    expect(nodes(SOURCE, filter)).toEqual([
      'nodes.1.filterType: give HEAD, AND or OR',
      'nodes.1.filterConditionList: give a list of conditions',
    ]);
  });

  it('of a job are of a documented type', () => {
    expect(nodes({ ...SOURCE, type: 'SOURCE_OBJECT' })).toEqual([
      expect.stringContaining('nodes.0.type: give a type: SOURCE_OBS'),
    ]);
  });

  it('of a job have unique ids, and parents that are in the list', () => {
    const stray = { ...SOURCE, id: 2, parentNodeIds: [3, 2] };
    expect(nodes(SOURCE, SOURCE, stray)).toEqual([
      `nodes.1.id: ${SOURCE.id} stands twice; ids are unique`,
      'nodes.2.parentNodeIds: 3 is no node; name nodes of this list',
      'nodes.2.parentNodeIds: a node cannot be its own parent',
    ]);
  });

  it('of a workflow name parents that are in the list', () => {
    const [start, orders] = GRAPH.nodes;
    const input = { name: 'nightly', nodes: [start, { ...orders, parentNodeIds: ['Zz'] }] };
    expect(inputProblems('createWorkflow', input)).toEqual([
      'nodes.1.parentNodeIds: Zz is no node; name nodes of this list',
    ]);
  });
});
