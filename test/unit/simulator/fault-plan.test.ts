import { describe, expect, it } from 'vitest';
import { createFaultPlan, describeEffect } from '../../../simulator/fault-plan.js';
import type { Fault, FaultEffect } from '../../../simulator/fault.js';

const then = { status: 503 } as const;

/** Which of six executeJob calls of job j1 the fault strikes. */
function struckCalls(fault: Fault): readonly number[] {
  const plan = createFaultPlan(1);
  plan.add([fault]);
  const calls = [1, 2, 3, 4, 5, 6];
  return calls.filter(() => plan.next({ operation: 'executeJob', jobId: 'j1' }) !== undefined);
}

describe('createFaultPlan', () => {
  it.each<{ title: string; fault: Fault; struck: readonly number[] }>([
    { title: 'every call', fault: { on: '*', then }, struck: [1, 2, 3, 4, 5, 6] },
    { title: 'the calls named', fault: { on: 'executeJob', calls: [2, 5], then }, struck: [2, 5] },
    { title: 'the first so many', fault: { on: 'executeJob', times: 2, then }, struck: [1, 2] },
    { title: 'no other operation', fault: { on: 'getJobs', then }, struck: [] },
    { title: 'no other job', fault: { on: '*', jobId: 'j2', then }, struck: [] },
    { title: 'none by chance 0', fault: { on: '*', probability: 0, then }, struck: [] },
    {
      title: 'all by chance 1',
      fault: { on: '*', probability: 1, then },
      struck: [1, 2, 3, 4, 5, 6],
    },
  ])('strikes $title', ({ fault, struck }) => {
    expect(struckCalls(fault)).toEqual(struck);
  });

  it('lets the first of several faults strike, while the others count the call too', () => {
    const plan = createFaultPlan(1);
    plan.add([
      { on: 'executeJob', calls: [1], then: { status: 503 } },
      { on: '*', calls: [1, 2], then: { drop: 'after' } },
    ]);
    const call = { operation: 'executeJob', jobId: 'j1' } as const;
    expect([plan.next(call), plan.next(call), plan.next(call)]).toEqual([
      { status: 503 },
      { drop: 'after' },
      undefined,
    ]);
  });

  it('draws chances from the seed', () => {
    const fault: Fault = { on: '*', probability: 0.5, then };
    expect(struckCalls(fault)).toEqual(struckCalls(fault));
    expect(struckCalls(fault).length).toBeGreaterThan(0);
    expect(struckCalls(fault).length).toBeLessThan(6);
  });

  it('strikes nothing after it was cleared', () => {
    const plan = createFaultPlan(1);
    plan.add([{ on: '*', then }]);
    plan.clear();
    expect(plan.next({ operation: 'getJobs', jobId: undefined })).toBeUndefined();
  });
});

describe('describeEffect', () => {
  it.each<{ effect: FaultEffect; text: string }>([
    { effect: { status: 429 }, text: 'status 429' },
    { effect: { drop: 'after' }, text: 'drop after' },
    { effect: { garbage: true }, text: 'garbage' },
    { effect: { cut: true }, text: 'cut' },
    { effect: { delayMs: 5, at: 'answer' }, text: 'delay 5 ms at answer' },
    { effect: { delayMs: 5, then: { cut: true } }, text: 'delay 5 ms at arrival, then cut' },
  ])('writes "$text"', ({ effect, text }) => {
    expect(describeEffect(effect)).toBe(text);
  });
});
