import { describe, expect, it } from 'vitest';
import type { WorkflowHandle } from '@temporalio/client';
import { RUN_PIPELINE_WORKFLOW } from '../../contract/names.js';
import { scheduleIdOf, scheduledWorkflowId } from '../../contract/schedule.js';
import { dataflow, type Ended, localEnv } from '../support/cli.js';
import { until } from '../support/until.js';
import { inWorld, type World } from '../support/world.js';

const activities = { tell: (told: unknown) => Promise.resolve(told) };

/** A pipeline that shows what its expressions see of the scheduled time. */
const pipelineOf = (name: string, schedule: string): string => `pipeline: ${name}
parameters: { date: { type: string } }
schedule:
  ${schedule}
  timezone: Asia/Seoul
  parameters: { date: '\${{ run.date }}' }
steps:
  tell:
    activity: tell
    with:
      date: '\${{ params.date }}'
      at: '\${{ run.scheduledAt }}'
      before: '\${{ run.previousScheduledAt }}'
      key: '\${{ run.key }}'
      hour: '\${{ run.scheduledAt.getHours("+09:00") }}'
`;

type Cli = (args: readonly string[], stdin?: string) => Promise<Ended>;

/** A world in which `cli` runs commands under `dataflow`, with a pipeline whose schedule is gone afterwards. */
const inSchedules = (
  body: (cli: Cli, name: string, world: World) => Promise<void>,
): Promise<void> =>
  inWorld({ worker: { activities } }, async (world) => {
    const env = localEnv(world.simulator, world.taskQueue);
    const name = `p-${world.taskQueue.slice(-12)}`;
    const cli: Cli = (args, stdin = '') => dataflow(args, { env, stdin });
    try {
      await body(cli, name, world);
    } finally {
      await world.client.schedule
        .getHandle(scheduleIdOf(name))
        .delete()
        .catch(() => undefined);
    }
  });

/** The first run that the schedule of a pipeline has started. */
async function firstRun(world: World, name: string): Promise<WorkflowHandle> {
  let id: string | undefined;
  await until(async () => {
    const { info } = await world.client.schedule.getHandle(scheduleIdOf(name)).describe();
    id = info.recentActions[0]?.action.workflow.workflowId;
    return id !== undefined;
  });
  const handle = world.client.workflow.getHandle(id!);
  world.note(handle);
  return handle;
}

/** What step `tell` was given. */
const toldBy = async (handle: WorkflowHandle): Promise<Readonly<Record<string, unknown>>> => {
  await handle.result();
  const states =
    await handle.query<
      Record<
        string,
        { state: { steps: { tell: { items: { output: Record<string, unknown> }[] } } } }
      >
    >('dataflowPipelineState');
  return Object.values(states)[0]!.state.steps.tell.items[0]!.output;
};

const SECOND = 1_000;

describe('dataflow schedule (S4)', () => {
  it('apply makes a schedule once, shows what an edit changes, and leaves alone what another hand has changed', async () => {
    await inSchedules(async (cli, name, { client, taskQueue }) => {
      const id = scheduleIdOf(name);
      const apply = (stdin: string, ...args: readonly string[]) =>
        cli(['schedule', 'apply', '-', ...args], stdin);
      const daily = pipelineOf(name, "cron: '0 3 * * *'");

      const tried = await apply(daily, '--dry-run');
      expect(tried).toMatchObject({ code: 0, stdout: `${id} would be created\n` });
      expect((await cli(['schedule', 'describe', name])).code).toBe(10);

      const created = await apply(daily);
      expect(created).toMatchObject({ code: 0, stdout: `${id} created\n` });
      expect(await apply(daily)).toMatchObject({ code: 0, stdout: `${id} unchanged\n` });
      expect((await cli(['schedule', 'pause', name, '--reason', 'month end'])).code).toBe(0);
      expect((await cli(['schedule', 'pause', name])).code).toBe(9);

      const weekdays = pipelineOf(name, "cron: '30 3 * * MON-FRI'");
      const changed = await apply(weekdays);
      expect(changed.stdout).toContain(`${id} updated\n`);
      expect(changed.stdout).toContain('pipeline.schedule.cron: 0 3 * * * → 30 3 * * MON-FRI');

      await client.schedule
        .getHandle(id)
        .update(({ spec, ...all }) => ({ ...all, spec: { ...spec, timezone: 'Europe/Berlin' } }));
      const refused = await apply(daily);
      expect(refused.code).toBe(9);
      expect(refused.stderr).toContain('time zone: Asia/Seoul → Europe/Berlin');
      const described = await cli(['schedule', 'describe', name]);
      expect(described.stdout).toMatch(/^state +paused$/m);
      expect(described.stdout).toMatch(/^note +month end$/m);
      expect(described.stdout).toMatch(new RegExp(`^task queue +${taskQueue}$`, 'm'));
      expect(described.stderr).toContain('changed by another hand since it was applied');

      const forced = await apply(daily, '--force');
      expect(forced.stdout).toContain('time zone: Europe/Berlin → Asia/Seoul');
      expect((await apply(daily)).stdout).toBe(`${id} unchanged\n`);
      const list = await cli(['schedule', 'list', '--json']);
      expect(list.code).toBe(0);
      expect((await cli(['schedule', 'delete', name])).code).toBe(0);
      expect((await cli(['schedule', 'delete', name])).code).toBe(10);
    });
  });

  it('a run sees its scheduled time, and its key is that of the time: the same time is not run again by hand', async () => {
    await inSchedules(async (cli, name, world) => {
      const often = pipelineOf(name, 'every: 1s');
      expect((await cli(['schedule', 'apply', '-'], often)).code).toBe(0);
      const handle = await firstRun(world, name);
      expect((await cli(['schedule', 'pause', name])).code).toBe(0);
      const told = await toldBy(handle);
      const at = String(told['at']);
      const ms = Date.parse(at);
      expect(handle.workflowId).toBe(`dataflow/${name}/at-${at}`);
      const inSeoul = new Date(ms + 9 * 3_600 * SECOND);
      expect(told).toEqual({
        ...{ at, key: `at-${at}`, date: inSeoul.toISOString().slice(0, 10) },
        ...{ hour: inSeoul.getUTCHours() },
        before: new Date(ms - SECOND).toISOString().replace('.000Z', 'Z'),
      });

      const again = await cli(['pipeline', 'run', '-', '--scheduled-at', at], often);
      expect(again.code).toBe(9);
      expect(again.stderr).toContain(`workflow ${handle.workflowId} of this pipeline and key`);
      expect(again.stderr).not.toContain('it had another input');
      const described = await cli(['pipeline', 'describe', handle.workflowId]);
      expect(described.stdout).toMatch(new RegExp(`^scheduled +${at} `, 'm'));

      const earlier = '2026-03-01T00:00:00+09:00';
      const byHand = await cli(['pipeline', 'run', '-', '--scheduled-at', earlier], often);
      const runId = `dataflow/${name}/at-2026-02-28T15:00:00Z`;
      expect(byHand).toMatchObject({ code: 0, stdout: `${runId}\n` });
      const hand = world.client.workflow.getHandle(runId);
      world.note(hand);
      expect(await toldBy(hand)).toMatchObject({ date: '2026-03-01', hour: 0 });
    });
  });

  it('trigger runs it at once, for that moment', async () => {
    await inSchedules(async (cli, name, world) => {
      expect(
        (await cli(['schedule', 'apply', '-'], pipelineOf(name, "cron: '0 3 29 2 *'"))).code,
      ).toBe(0);
      expect((await cli(['schedule', 'trigger', name])).code).toBe(0);
      const handle = await firstRun(world, name);
      const { at, before } = await toldBy(handle);
      expect(handle.workflowId).toBe(`dataflow/${name}/at-${String(at)}`);
      expect(before).toBe('2024-02-28T18:00:00Z');
    });
  });

  it('a schedule that another tool made works with the text of a pipeline as its input', async () => {
    await inSchedules(async (cli, name, world) => {
      await world.client.schedule.create({
        scheduleId: scheduleIdOf(name),
        spec: { intervals: [{ every: '1s' }] },
        action: {
          type: 'startWorkflow',
          workflowType: RUN_PIPELINE_WORKFLOW,
          workflowId: scheduledWorkflowId(name),
          taskQueue: world.taskQueue,
          args: [{ pipeline: pipelineOf(name, 'every: 1s') }],
        },
      });
      const handle = await firstRun(world, name);
      const { at, key } = await toldBy(handle);
      expect([key, handle.workflowId]).toEqual([
        `at-${String(at)}`,
        `dataflow/${name}/at-${String(at)}`,
      ]);
      const refused = await cli(['schedule', 'apply', '-'], pipelineOf(name, 'every: 1h'));
      expect(refused.code).toBe(9);
      expect(refused.stderr).toContain('it was not made from a pipeline');
    });
  });

  it('names what is wrong before anything is connected', async () => {
    const unscheduled = 'pipeline: p\nsteps: { a: { job: x } }\n';
    const [without, wrong] = await Promise.all([
      dataflow(['schedule', 'apply', '-'], { stdin: unscheduled }),
      dataflow(['schedule', 'pause', '../x']),
    ]);
    expect(without.code).toBe(2);
    expect(without.stderr).toContain('schedule: must be there');
    expect(wrong.code).toBe(2);
  });
});
