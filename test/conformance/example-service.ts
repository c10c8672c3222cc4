import type { OperationName, SimulatorOptions } from '../../simulator/index.js';
import { operationOf } from './openapi-file.js';

/** A service with the ids that the examples of the file name. */
export const SERVICE: SimulatorOptions = {
  jobs: [
    { jobId: 'Ab12Cd34Ef56', name: 'nightly_orders', history: 3 },
    {
      jobId: 'Script000001',
      name: 'scripted',
      type: 'SCRIPT',
      executions: [{ outcome: 'FAILED' }],
    },
  ],
  triggers: [
    { triggerId: 'Tr12Ig34Er56', name: 'manual_start' },
    {
      triggerId: 'Daily0000001',
      name: 'daily_two',
      triggerRule: { type: 'RECURRING', interval: 'DAY', time: '02:00' },
    },
  ],
  workflows: [
    {
      workflowId: 'Wf12Lo34Ww56',
      name: 'nightly',
      nodes: [
        { id: 'Tr12Ig34Er56', type: 'TRIGGER', parentNodeIds: [] },
        { id: 'Ab12Cd34Ef56', type: 'JOB', parentNodeIds: ['Tr12Ig34Er56'] },
        { id: 'Script000001', type: 'JOB', parentNodeIds: ['Ab12Cd34Ef56'] },
      ],
    },
    {
      workflowId: 'Scheduled001',
      name: 'by_schedule',
      nodes: [
        { id: 'Daily0000001', type: 'TRIGGER', parentNodeIds: [] },
        {
          id: 'Script000001',
          type: 'JOB',
          parentNodeIds: ['Daily0000001'],
          jobCondition: { numWorker: 3, parameters: { day: 'monday' } },
        },
      ],
    },
  ],
};

const IDS: Readonly<Record<string, string>> = {
  jobId: 'Ab12Cd34Ef56',
  workflowId: 'Wf12Lo34Ww56',
  triggerId: 'Tr12Ig34Er56',
};

/** The url of an operation for the ids of the examples unless others are given. */
export function urlOf(name: OperationName, ids: Readonly<Record<string, string>> = {}): string {
  return operationOf(name).path.replace(
    /\{(\w+)\}/g,
    (_, id: string) => ids[id] ?? IDS[id] ?? 'none',
  );
}

export const NODES = [
  { id: 1, type: 'SOURCE_OBS', name: 'in', parentNodeIds: [] },
  {
    id: 2,
    type: 'TARGET_OBS',
    name: 'out',
    parentNodeIds: [1],
    fieldList: [{ name: 'place', type: 'struct', properties: [{ name: 'city', type: 'string' }] }],
  },
];

export const WORKFLOW = {
  name: 'two_steps',
  nodes: [
    { id: 'Tr12Ig34Er56', name: 'start', type: 'TRIGGER', parentNodeIds: [], triggerRule: 'NONE' },
    {
      id: 'Script000001',
      name: 'first',
      type: 'JOB',
      parentNodeIds: ['Tr12Ig34Er56'],
      jobCondition: { timeout: 5, consoleLogPath: 'b/log', parameters: { a: 'b' } },
      isValid: true,
    },
  ],
  isTemp: false,
};

/** Bodies for the operations whose bodies the file does not show, and others that use more of their members. */
export const BODIES: Readonly<Partial<Record<OperationName, readonly unknown[]>>> = {
  verifyJob: [{ name: 'checked', nodes: NODES }],
  updateJob: [{ type: 'VISUAL', name: 'renamed', jobCondition: { timeout: 9 }, nodes: NODES }],
  updateJobLegacyPut: [{ name: 'renamed', type: 'DATAFLOW', isTemp: true, nodes: NODES }],
  updateWorkflow: [WORKFLOW],
  executeJob: [
    {
      jobCondition: {
        ...{ numWorker: 2, timeout: 60, nrn: 'n', scriptPath: 's', logPath: 'l' },
        workerType: 'DEFAULT',
      },
    },
  ],
  createTrigger: [
    {
      name: 'weekly',
      type: 'SCHEDULED',
      triggerRule: { type: 'RECURRING', interval: 'WEEK', time: '02:00', dayOfWeek: ['MONDAY'] },
    },
    {
      name: 'month_end',
      type: 'SCHEDULED',
      triggerRule: { type: 'RECURRING', interval: 'MONTH', time: '02:00', dateOfMonth: '-1' },
    },
    {
      name: 'once',
      type: 'SCHEDULED',
      triggerRule: { type: 'ONE_TIME', executionDate: '2026-11-30T02:00:00' },
    },
    { name: 'by_event', type: 'EVENT', triggerRule: { type: 'NONE' } },
  ],
};
