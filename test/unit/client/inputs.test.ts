import { describe, expect, it } from 'vitest';
import { inputProblems } from '../../../client/operations/input-schemas.js';
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
    expect(problems).toEqual([expect.stringMatching(/^baseUrl: unknown property; known are /)]);
  });

  it.each<[OperationName, object, string]>([
    ['createJob', job({ name: 'ab' }), 'name: must be 3 to 100 letters'],
    ['createJob', job({ name: '9lives' }), 'name: must be 3 to 100 letters'],
    ['createJob', job({ name: 'a b c' }), 'name: must be 3 to 100 letters'],
    ['createJob', job({ name: '한국어이름' }), 'name: must be 3 to 100 letters'],
    ['createJob', job({ name: 'a'.repeat(101) }), 'name: must be 3 to 100 letters'],
    ['createJob', job({ type: 'DATAFLOW' }), 'type: must be VISUAL or SCRIPT'],
    [
      'createJob',
      job({ maxConcurrentRuns: 0 }),
      'maxConcurrentRuns: must be an integer of at least 1',
    ],
    ['updateJob', { ...JOB_ID, name: 'renamed' }, 'type: must be VISUAL or SCRIPT'],
    ['updateJobExecuteConfig', JOB_ID, 'jobCondition: must be an object'],
    [
      'executeJob',
      { ...JOB_ID, jobCondition: { numWorker: 11 } },
      'jobCondition.numWorker: must be an integer from 2 to 10',
    ],
    [
      'executeJob',
      { ...JOB_ID, jobCondition: { numWorker: 1 } },
      'jobCondition.numWorker: must be an integer from 2 to 10',
    ],
    [
      'executeJob',
      { ...JOB_ID, jobCondition: { timeout: 0 } },
      'jobCondition.timeout: must be an integer from 1 to 1440 (minutes)',
    ],
    [
      'executeJob',
      { ...JOB_ID, jobCondition: { timeout: 1.5 } },
      'jobCondition.timeout: must be an integer from 1 to 1440 (minutes)',
    ],
    [
      'executeJob',
      { ...JOB_ID, jobCondition: { nrn: '' } },
      'jobCondition.nrn: must be a string that is not empty',
    ],
    [
      'executeJob',
      { ...JOB_ID, jobCondition: { numWorkers: 3 } },
      'jobCondition.numWorkers: unknown property',
    ],
    [
      'executeJob',
      { ...JOB_ID, jobCondition: { parameters: { day: 1 } } },
      'jobCondition.parameters.day: must be a string',
    ],
    ['getJobs', { name: '' }, 'name: must be a string that is not empty'],
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
      'endDate: must not be before startDate',
    ],
    ['verifyJob', { name: 'nightly' }, 'nodes: must be a list of nodes'],
    [
      'getJobById',
      { jobId: '../workflows/x' },
      'jobId: must be an id as the service shows it: 1 to 100 letters',
    ],
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
    [{ ...RULE, interval: 'WEEK' }, 'triggerRule.dayOfWeek: must be a list of'],
    [{ ...RULE, interval: 'WEEK', dayOfWeek: [] }, 'triggerRule.dayOfWeek: must be a list of'],
    [{ ...RULE, interval: 'WEEK', dayOfWeek: ['MON'] }, 'triggerRule.dayOfWeek.0: must be one of'],
    [{ ...RULE, interval: 'MONTH' }, 'triggerRule.dateOfMonth: must be "1" to "31"'],
    [
      { ...RULE, interval: 'MONTH', dateOfMonth: '32' },
      'triggerRule.dateOfMonth: must be "1" to "31"',
    ],
    [{ ...RULE, interval: 'HOUR' }, 'triggerRule.time: must be a minute from 00 to 59'],
    [{ ...RULE, time: '25:00' }, 'triggerRule.time: must be a minute from 00 to 59'],
    [{ ...RULE, time: undefined }, 'triggerRule.time: must be a minute from 00 to 59'],
    [
      { type: 'RECURRING' },
      'triggerRule.interval: must be HOUR, DAY, WEEK or MONTH if type is RECURRING',
    ],
    [
      { ...RULE, interval: 'YEAR' },
      'triggerRule.interval: must be HOUR, DAY, WEEK or MONTH if type is RECURRING',
    ],
    [
      { type: 'ONE_TIME' },
      'triggerRule.executionDate: must be a date such as 2026-11-30T02:00:00 if type is ONE_TIME',
    ],
    [{ ...RULE, dayOfWeek: ['MONDAY'] }, 'triggerRule.dayOfWeek: unknown property'],
    [{ type: 'DAILY' }, 'triggerRule.type: must be an object with type'],
    [undefined, 'triggerRule: must be an object with type'],
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
      'nodes.1.filterType: must be HEAD, AND or OR',
      'nodes.1.filterConditionList: must be a list of conditions',
    ]);
  });

  it('of a job are of a documented type', () => {
    expect(nodes({ ...SOURCE, type: 'SOURCE_OBJECT' })).toEqual([
      expect.stringContaining('nodes.0.type: must be an object with type SOURCE_OBS'),
    ]);
  });

  it('of a job have unique ids, and parents that are in the list', () => {
    const stray = { ...SOURCE, id: 2, parentNodeIds: [3, 2] };
    expect(nodes(SOURCE, SOURCE, stray)).toEqual([
      `nodes.1.id: must be unique: ${SOURCE.id} occurs twice`,
      'nodes.2.parentNodeIds: must be ids of nodes in this list: unknown 3',
      'nodes.2.parentNodeIds: must not contain the id of the node itself',
    ]);
  });

  it('of a workflow name parents that are in the list', () => {
    const [start, orders] = GRAPH.nodes;
    const input = { name: 'nightly', nodes: [start, { ...orders, parentNodeIds: ['Zz'] }] };
    expect(inputProblems('createWorkflow', input)).toEqual([
      'nodes.1.parentNodeIds: must be ids of nodes in this list: unknown Zz',
    ]);
  });
});
