import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { PipelineState } from '../../contract/pipeline.js';
import { dataflow, type Ended, localEnv } from '../support/cli.js';
import { until } from '../support/until.js';
import { inWorld, type World, type WorldOptions } from '../support/world.js';

const QUICK = { waitingMs: 50, runningMs: 100 };
const aJob = (name: string, ...executions: readonly object[]) => ({
  ...{ jobId: name, name, type: 'SCRIPT' as const, maxConcurrentRuns: 5 },
  executions: executions as readonly (typeof QUICK)[],
});
const JOBS = [aJob('loads', QUICK), aJob('fails', { ...QUICK, outcome: 'FAILED' as const })];

type Pipeline = (args: readonly string[], stdin?: string) => Promise<Ended>;

const inPipelines = (
  body: (pipeline: Pipeline, world: World) => Promise<void>,
  worker: WorldOptions['worker'] = {},
): Promise<void> =>
  inWorld({ jobs: JOBS, worker }, async (world) => {
    const env = localEnv(world.simulator, world.taskQueue);
    await body((args, stdin = '') => dataflow(['pipeline', ...args], { env, stdin }), world);
  });

const fixture = (name: string): string =>
  fileURLToPath(new URL(`../cli/pipelines/${name}.yaml`, import.meta.url));

/** Steps and how they stand; none before the pipeline was read. */
async function steps(pipeline: Pipeline, runId: string): Promise<Record<string, string>> {
  const { code, stdout } = await pipeline(['describe', runId, '--json']);
  if (code !== 0) return {};
  const { state } = JSON.parse(stdout) as { readonly state: PipelineState };
  return Object.fromEntries(Object.entries(state.steps).map(([id, { status }]) => [id, status]));
}

const standing = (pipeline: Pipeline, runId: string, step: string, status: string): Promise<void> =>
  until(async () => (await steps(pipeline, runId))[step] === status);

describe('what validate took runs', () => {
  it.each([
    ['names that every object has (P6)', 'names-of-every-object', ['toString', 'b']],
    ['comments and raw strings (P8)', 'comment-and-raw-string', ['comment', 'raw']],
  ])('%s', (_, name, all) =>
    inPipelines(async (pipeline, { taskQueue }) => {
      const { code, stderr } = await pipeline([
        ...['run', fixture(name), '--key', taskQueue, '--follow'],
      ]);
      expect(code, stderr).toBe(0);
      expect(await steps(pipeline, `dataflow/${name}/${taskQueue}`)).toEqual(
        Object.fromEntries(all.map((step) => [step, 'succeeded'])),
      );
    }),
  );

  it('an alarm two steps below a failure rings (P9)', () =>
    inPipelines(async (pipeline, { taskQueue }) => {
      const name = 'alarm-two-steps-below';
      const args = ['run', fixture(name), '--key', taskQueue, '--follow'];
      expect((await pipeline(args)).code).toBe(4);
      expect(await steps(pipeline, `dataflow/${name}/${taskQueue}`)).toEqual({
        ...{ extract: 'failed', publish: 'skipped', alarm: 'succeeded' },
      });
    }));

  it('expressions by the rules of CEL: no text is a number, texts are cut between code points (P12)', () =>
    inPipelines(async (pipeline, { taskQueue }) => {
      const yaml = [
        'pipeline: cel\nonFailure: continue\nsteps:',
        '  number: { job: loads, when: \'${{ int("") == 0 }}\' }',
        '  cut: { job: loads, when: \'${{ "😀가".substring(0, 1) == "😀" }}\' }',
        "  within: { job: loads, when: '${{ 1 in [1.0] }}' }",
      ].join('\n');
      const { code, stderr } = await pipeline(['run', '-', '--key', taskQueue, '--follow'], yaml);
      expect(code).toBe(4);
      expect(stderr).toContain('int("") == 0');
      expect(await steps(pipeline, `dataflow/cel/${taskQueue}`)).toEqual({
        ...{ number: 'failed', cut: 'succeeded', within: 'succeeded' },
      });
    }));
});

describe('messages to a run', () => {
  it('cancel-step of a step whose running item ends well: the step is canceled, the next one does not start (P17)', () => {
    let open = (): void => undefined;
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    let calls = 0;
    const gate = (): Promise<void> => {
      calls += 1;
      return opened;
    };
    return inPipelines(
      async (pipeline, { taskQueue }) => {
        const yaml =
          'pipeline: p\nsteps:\n  each: { activity: gate, forEach: [1, 2], maxParallel: 1 }\n  next: { job: loads, needs: [each] }\n';
        await pipeline(['run', '-', '--key', taskQueue], yaml);
        const runId = `dataflow/p/${taskQueue}`;
        await until(() => Promise.resolve(calls === 1));
        expect((await pipeline(['cancel-step', runId, 'each'])).code).toBe(0);
        open();
        await standing(pipeline, runId, 'next', 'skipped');
        expect(await steps(pipeline, runId)).toEqual({ each: 'canceled', next: 'skipped' });
        expect(calls).toBe(1);
      },
      { activities: { gate } },
    );
  });

  it('cancel-step and approve of one approval at once: what was acknowledged holds, the other is refused (P18)', () =>
    inPipelines(async (pipeline, { taskQueue }) => {
      const yaml =
        'pipeline: q\nsteps:\n  ok: { approval: {} }\n  next: { job: loads, needs: [ok] }\n';
      await pipeline(['run', '-', '--key', taskQueue], yaml);
      const runId = `dataflow/q/${taskQueue}`;
      await standing(pipeline, runId, 'ok', 'running');
      const [canceled, approved] = await Promise.all([
        pipeline(['cancel-step', runId, 'ok']),
        pipeline(['approve', runId, 'ok']),
      ]);
      const [isCanceled, isApproved] = [canceled.code === 0, approved.code === 0];
      expect(isCanceled).not.toBe(isApproved);
      await standing(pipeline, runId, 'next', isApproved ? 'succeeded' : 'skipped');
      expect((await steps(pipeline, runId))['ok']).toBe(isApproved ? 'succeeded' : 'canceled');
    }));
});
