import { fc, it as property } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import type { ExecutionRecord } from '../../../simulator/execution.js';
import { everyJob } from '../../../simulator/service-state.js';
import { settle } from '../../../simulator/settle.js';
import type { Switches } from '../../../simulator/switches.js';
import { addTrigger, addWorkflow } from '../../../simulator/workflow-state.js';
import { START, aService } from './a-service.js';

const DAY_MS = 86_400_000;
const PARENTS: Readonly<Record<string, readonly string[]>> = {
  ...{ a: ['t1'], b: ['a'], c: ['a'], d: ['b', 'c'] },
};

/** Two days of an hourly workflow of four jobs, settled at the moments given and at the end. */
function twoDays(
  runningMs: readonly number[],
  switches: Partial<Switches>,
  looks: readonly number[],
): readonly Partial<ExecutionRecord>[] {
  const jobs = Object.keys(PARENTS).map((jobId, index) => ({
    ...{ jobId, executions: [{ runningMs: runningMs[index] ?? 0 }] },
  }));
  const { state } = aService(switches, jobs);
  const triggerRule = { type: 'RECURRING', interval: 'HOUR', time: '30' } as const;
  addTrigger(state, { triggerId: 't1', triggerRule }, START);
  const nodes = jobs.map(({ jobId: id }) => ({
    ...{ id, type: 'JOB' as const, parentNodeIds: PARENTS[id] ?? [] },
  }));
  const trigger = { id: 't1', type: 'TRIGGER', parentNodeIds: [] } as const;
  addWorkflow(state, { workflowId: 'w1', nodes: [trigger, ...nodes] }, START);
  for (const at of [...looks.toSorted((one, other) => one - other), 2 * DAY_MS]) {
    settle(state, START + at);
  }
  return everyJob(state).flatMap(({ executions }) => executions);
}

describe('settle', () => {
  property.prop([
    fc.array(fc.integer({ min: 0, max: 7_200_000 }), { minLength: 4, maxLength: 4 }),
    fc.constantFrom<Switches['overLimit']>('bad-state', 'queue', '429'),
    fc.array(fc.integer({ min: 0, max: 2 * DAY_MS }), { maxLength: 30 }),
  ])('comes to the same, however often somebody looks', (runningMs, overLimit, looks) => {
    const unseen = twoDays(runningMs, { overLimit }, []);
    expect(unseen.length).toBeGreaterThan(10);
    expect(twoDays(runningMs, { overLimit }, looks)).toEqual(unseen);
  });
});
