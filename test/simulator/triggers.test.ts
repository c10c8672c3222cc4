import { describe, expect } from 'vitest';
import type { SimulatorOptions, TriggerRule } from '../../simulator/index.js';
import { START, it, type Bench } from './signed-call.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** A workflow of job `j1` that starts by the rule; the clock shows Saturday noon in Korea. */
const scheduled = (triggerRule: TriggerRule): SimulatorOptions => ({
  jobs: [{ jobId: 'j1' }],
  triggers: [{ triggerId: 't1', name: 'on_time', triggerRule }],
  workflows: [
    {
      workflowId: 'w1',
      nodes: [
        { id: 't1', type: 'TRIGGER', parentNodeIds: [] },
        { id: 'j1', type: 'JOB', parentNodeIds: ['t1'] },
      ],
    },
  ],
});
const DAILY: TriggerRule = { type: 'RECURRING', interval: 'DAY', time: '02:00' };

/** Hours from the start at which executions were made. */
const firings = ({ simulator }: Bench): readonly number[] =>
  simulator.executions().map(({ createdAt }) => (createdAt - START) / HOUR_MS);

describe('a workflow with a schedule', () => {
  it('starts by itself at the times of Korea, however seldom somebody looks', async ({ start }) => {
    const bench = await start(scheduled(DAILY));
    bench.simulator.advance(3 * DAY_MS);
    expect(firings(bench)).toEqual([14, 38, 62]);
    const { text } = await bench.call('GET', '/api/v1/workflows/w1/executions');
    expect(JSON.parse(text)).toMatchObject({
      count: 3,
      list: [
        {
          createdDate: '2026-11-24T02:00:00+09:00',
          status: 'COMPLETED',
          type: 'WORKFLOW',
          triggerName: 'on_time',
        },
        {},
        {},
      ],
    });
  });

  it('is brought forward by 100 days at most at once: all of it happens in one piece (L15)', async ({
    start,
  }) => {
    const bench = await start(scheduled(DAILY));
    expect(() => {
      bench.simulator.advance(876_000 * HOUR_MS);
    }).toThrow('advance: must be at most 100 days; use several steps');
    expect(firings(bench)).toEqual([]);
  });

  it('starts once for a date', async ({ start }) => {
    const executionDate = '2026-11-21T13:00:00';
    const bench = await start(scheduled({ type: 'ONE_TIME', executionDate }));
    bench.simulator.advance(9 * DAY_MS);
    expect(firings(bench)).toEqual([1]);
  });

  it('keeps the wall clock where durations are scaled', async ({ start }) => {
    const bench = await start({ ...scheduled(DAILY), timeScale: 1_000 });
    bench.simulator.advance(DAY_MS);
    expect(firings(bench)).toEqual([14]);
    const [{ createdAt, endAt } = { createdAt: 0, endAt: 0 }] = bench.simulator.executions();
    expect(endAt - createdAt).toBe(6);
  });

  it('starts nothing once its trigger, its job or itself is deleted', async ({ start }) => {
    for (const path of ['triggers/t1', 'jobs/j1', 'workflows/w1']) {
      const bench = await start(scheduled(DAILY));
      bench.simulator.advance(DAY_MS);
      await bench.call('DELETE', `/api/v1/${path}`);
      bench.simulator.advance(9 * DAY_MS);
      expect(firings(bench)).toEqual([14]);
    }
  });

  it('counts from its last change on', async ({ start }) => {
    const bench = await start(scheduled({ type: 'RECURRING', interval: 'HOUR', time: '00' }));
    const nodes = [
      { id: 't1', name: 'a', type: 'TRIGGER', parentNodeIds: [] },
      { id: 'j1', name: 'b', type: 'JOB', parentNodeIds: ['t1'] },
    ];
    bench.simulator.advance(HOUR_MS);
    await bench.call('PUT', '/api/v1/workflows/w1', { name: 'draft', nodes: [], isTemp: true });
    bench.simulator.advance(5 * HOUR_MS);
    await bench.call('PUT', '/api/v1/workflows/w1', { name: 'again', nodes });
    bench.simulator.advance(HOUR_MS);
    expect(firings(bench)).toEqual([1, 7]);
  });

  it('cannot be executed by hand', async ({ start }) => {
    const { call } = await start(scheduled(DAILY));
    const { status, text } = await call('POST', '/api/v1/workflows/w1/executions');
    expect([status, JSON.parse(text)]).toMatchObject([400, { errorType: 'bad-state' }]);
  });

  it('passes over a start while its job is busy', async ({ start }) => {
    const bench = await start(scheduled(DAILY));
    const execution = { runningMs: 20 * HOUR_MS };
    bench.simulator.startForeignExecution('j1', { jobCondition: { timeout: 1_440 }, execution });
    bench.simulator.advance(3 * DAY_MS);
    expect(firings(bench)).toEqual([0, 38, 62]);
  });

  it('is no doing of a client', async ({ start }) => {
    const { simulator } = await start(scheduled(DAILY));
    simulator.advance(DAY_MS);
    expect(simulator.executions()).toMatchObject([{ origin: 'schedule', workflowId: 'w1' }]);
    expect(simulator.report()).toMatchObject({ accepted: 0, workflowRuns: { w1: 0 } });
  });
});

describe('a trigger', () => {
  it('is created, read, found by part of its name and deleted', async ({ start }) => {
    const { call } = await start(scheduled(DAILY));
    const sent = { name: 'nightly', type: 'SCHEDULED', triggerRule: DAILY };
    const created = await call('POST', '/api/v1/triggers', sent);
    expect(created.status).toBe(201);
    const trigger = JSON.parse(created.text) as { triggerId: string };
    expect(trigger).toMatchObject(sent);
    const url = `/api/v1/triggers/${trigger.triggerId}`;
    expect(JSON.parse((await call('GET', url)).text)).toEqual(trigger);
    const { text } = await call('GET', '/api/v1/triggers?name=night');
    expect(JSON.parse(text)).toMatchObject({ count: 1, list: [trigger] });
    expect((await call('DELETE', url)).text).toBe('true');
    expect((await call('DELETE', url)).text).toContain('resource-not-found/TRIGGER');
  });

  it.for<{ rule: object; type?: string; member: string }>([
    { rule: { type: 'RECURRING', time: '02:00' }, member: 'interval' },
    { rule: { type: 'RECURRING', interval: 'DAY' }, member: 'time' },
    { rule: { type: 'RECURRING', interval: 'DAY', time: '30' }, member: 'time' },
    { rule: { type: 'RECURRING', interval: 'DAY', time: '24:00' }, member: 'time' },
    { rule: { type: 'RECURRING', interval: 'HOUR', time: '02:00' }, member: 'time' },
    { rule: { type: 'RECURRING', interval: 'HOUR', time: '60' }, member: 'time' },
    { rule: { type: 'RECURRING', interval: 'WEEK', time: '02:00' }, member: 'dayOfWeek' },
    { rule: { type: 'RECURRING', interval: 'MONTH', time: '02:00' }, member: 'dateOfMonth' },
    { rule: { ...DAILY, interval: 'MONTH', dateOfMonth: '32' }, member: 'dateOfMonth' },
    { rule: { type: 'ONE_TIME' }, member: 'executionDate' },
    { rule: { type: 'ONE_TIME', executionDate: 'tomorrow' }, member: 'executionDate' },
    { rule: { type: 'NONE' }, member: 'triggerRule.type' },
    { rule: DAILY, type: 'NONE', member: 'triggerRule.type' },
    { rule: DAILY, type: 'EVENT', member: 'triggerRule.type' },
  ])('with rule $rule is refused for its $member', async (row, { start }) => {
    const { rule, type = 'SCHEDULED', member } = row;
    const { call } = await start();
    const sent = { name: 'wrong', type, triggerRule: rule };
    const { status, text } = await call('POST', '/api/v1/triggers', sent);
    expect(status).toBe(400);
    expect(text).toContain('bad-parameter');
    expect((JSON.parse(text) as { detail: string }).detail).toContain(member);
  });
});
