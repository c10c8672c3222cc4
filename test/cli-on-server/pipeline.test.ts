import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { dataflow, type Ended, localEnv, pressAt } from '../support/cli.js';
import { until } from '../support/until.js';
import { inWorld, type World, type WorldOptions } from '../support/world.js';

const NIGHTLY = fileURLToPath(
  new URL('../../examples/pipelines/nightly-sales.yaml', import.meta.url),
);
const QUICK = { waitingMs: 50, runningMs: 200 };
const LONG = { waitingMs: 0, never: true } as const;
const BAD = { ...QUICK, outcome: 'FAILED' as const };

/** A job with these executions, one after the other. */
const aJob = (name: string, ...executions: readonly object[]) => ({
  ...{ jobId: name, name, type: 'SCRIPT' as const, maxConcurrentRuns: 5 },
  executions: executions as readonly (typeof QUICK)[],
});
const SALES = ['sales-extract', 'sales-clean', 'sales-publish'].map((name) => aJob(name, QUICK));
const activities = { sendReport: (report: unknown) => Promise.resolve({ report }) };

type Cli = (...args: readonly string[]) => Promise<Ended>;

/** A world in which `cli` runs commands under `dataflow pipeline`. */
const inPipelines = (
  options: WorldOptions,
  body: (cli: Cli, world: World, env: Readonly<Record<string, string>>) => Promise<void>,
): Promise<void> =>
  inWorld({ worker: { activities }, ...options }, async (world) => {
    const env = localEnv(world.simulator, world.taskQueue);
    await body((...args) => dataflow(['pipeline', ...args], { env }), world, env);
  });

/** Runs a pipeline of stdin. */
const start = (env: Readonly<Record<string, string>>, stdin: string, ...args: readonly string[]) =>
  dataflow(['pipeline', 'run', '-', ...args], { env, stdin });

const stepStands = (cli: Cli, runId: string, step: string, status: string): Promise<void> =>
  until(async () => {
    const { stdout } = await cli('describe', runId);
    return new RegExp(`^${step} .* ${status}`, 'm').test(stdout);
  });

describe('dataflow pipeline run', () => {
  it('follows the nightly example to its end: plain lines, a command for the approval, a row for each step', async () => {
    await inPipelines({ jobs: SALES }, async (cli, { simulator, taskQueue }) => {
      const args = ['-p', 'date=2026-11-21', '--key', taskQueue];
      const started = await cli('run', NIGHTLY, ...args);
      const runId = `dataflow/nightly-sales/${taskQueue}`;
      expect(started).toMatchObject({ code: 0, stdout: `${runId}\n` });
      expect(started.stderr).toContain(`to watch it: dataflow pipeline watch ${runId}`);

      const followed = cli('run', NIGHTLY, ...args, '--follow'); // the same run: nothing starts twice
      await stepStands(cli, runId, 'approve', 'running');
      const approved = await cli('approve', runId, 'approve', '--by', 'kim', '--comment', 'seen');
      expect(approved).toMatchObject({ code: 0, stderr: 'done: approved\n' });
      const { code, stdout, stderr } = await followed;
      expect(code).toBe(0);
      expect(stderr).toContain(
        `approve needs your decision: dataflow pipeline approve ${runId} approve`,
      );
      expect(stderr).toMatch(/^clean {2}succeeded {2}2\/2$/m);
      expect(stderr).toMatch(/^report {2}succeeded$/m);
      expect(stderr).not.toMatch(/\u001b|pending/);
      expect(stdout).toMatch(/^clean +succeeded .*2\/2 succeeded/m);
      expect(simulator.report()).toMatchObject({ posts: 4, created: 4, duplicates: 0 });

      const again = await cli('approve', runId, 'approve');
      expect(again.code).toBe(9);
      expect(again.stderr).toContain('has ended');
      const watched = await cli('watch', runId, '--json');
      expect(watched.code).toBe(0);
      expect(JSON.parse(watched.stdout)).toMatchObject({
        outcome: 'completed',
        result: { steps: { report: { status: 'succeeded' } } },
      });
    });
  });

  it('refuses missing and wrong parameters before anything is connected, all of them at once', async () => {
    const args = ['pipeline', 'run', NIGHTLY, '-p', 'regions=[1', '--key', '../x'];
    const { code, stderr } = await dataflow(args);
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /-p date: must have a value.*\n.*-p regions: must be a list.*\n.*--key: must be/,
    );
  });

  it('exits with 4 when a step fails and says how to rerun; rerun leaves what succeeded done', async () => {
    const jobs = [aJob('extract', QUICK), aJob('load', BAD, QUICK)];
    await inPipelines({ jobs }, async (cli, { simulator, taskQueue }, env) => {
      const yaml =
        'pipeline: p\nsteps: { extract: { job: extract }, load: { job: load, needs: [extract] } }\n';
      const failed = await start(env, yaml, '--key', taskQueue, '--follow');
      const runId = `dataflow/p/${taskQueue}`;
      expect(failed.code).toBe(4);
      expect(failed.stderr).toMatch(/^dataflow: DataFlowPipelineFailed: pipeline p failed \(load/m);
      expect(failed.stderr).toContain(`rerun: dataflow pipeline rerun ${runId} --from-failed`);

      expect((await cli('rerun', runId)).code).toBe(2);
      const rerun = await cli('rerun', runId, '--from-failed', '--follow');
      expect(rerun.stderr).toMatch(/^load {2}succeeded/m);
      expect(rerun.code).toBe(0);
      expect(simulator.report()).toMatchObject({ posts: 3, created: 3, duplicates: 0 });
      const done = await cli('rerun', runId, '--from-failed');
      expect(done.code).toBe(9);
      expect(done.stderr).toContain('has succeeded: there is nothing to run again');
    });
  });
});

/** A gate that fails until `heal`, and steps below it that run because of that; `calls` has each attempt of each. */
function gated() {
  const calls: string[] = [];
  let isHealed = false;
  const activities = {
    qualityGate: () => {
      calls.push('gate');
      return isHealed ? Promise.resolve('ok') : Promise.reject(new Error('too many rows'));
    },
    greet: (name: string) => {
      calls.push(name);
      return Promise.resolve(name);
    },
  };
  /** How often each was called, in this order: gate, rollback, page. */
  const counts = (): readonly number[] =>
    ['gate', 'rollback', 'page'].map((name) => calls.filter((one) => one === name).length);
  const heal = (): void => {
    isHealed = true;
  };
  return { activities, counts, heal };
}

const ALARM = new URL('../cli/pipelines/alarm-below-a-gate.yaml', import.meta.url);
/** How the steps of that pipeline stand, by a table of the command line. */
const ALARM_RAISED =
  /^gate +(?:activity +)?failed [^]*^rollback +(?:activity +)?succeeded [^]*^page +(?:activity +)?succeeded /m;
const ALARM_OVER =
  /^gate +(?:activity +)?succeeded [^]*^rollback +(?:activity +)?skipped [^]*^page +(?:activity +)?succeeded /m;

describe('steps below a gate that runs again (P1)', () => {
  it('run again with rerun --from-failed, whatever their rule and however they ended', async () => {
    const { activities: those, counts, heal } = gated();
    await inPipelines({ worker: { activities: those } }, async (cli, { taskQueue }) => {
      const runId = `dataflow/alarm-below-a-gate/${taskQueue}`;
      const follow = async (...args: readonly string[]): Promise<Ended> =>
        await cli(...args, '--follow');
      const first = await follow('run', fileURLToPath(ALARM), '--key', taskQueue);
      expect(first.code).toBe(4);
      expect(first.stdout).toMatch(ALARM_RAISED);
      expect(counts()).toEqual([1, 1, 1]);

      const again = await follow('rerun', runId, '--from-failed');
      expect(again.code).toBe(4);
      expect(again.stdout).toMatch(ALARM_RAISED);
      expect(counts()).toEqual([2, 2, 2]);

      heal();
      const well = await follow('rerun', runId, '--from-failed');
      expect(well.code).toBe(0);
      expect(well.stdout).toMatch(ALARM_OVER);
      expect(counts()).toEqual([3, 2, 3]);
    });
  });

  it('run again with retry-step of a run that is held open', async () => {
    const { activities: those, counts, heal } = gated();
    await inPipelines({ worker: { activities: those } }, async (cli, { taskQueue }, env) => {
      const runId = `dataflow/alarm-below-a-gate/${taskQueue}`;
      const held = (await readFile(ALARM, 'utf8')).replace('continue', 'hold');
      const isHeld = async (): Promise<boolean> =>
        (await cli('describe', runId)).stdout.includes('held open after a failure');
      expect(await start(env, held, '--key', taskQueue)).toMatchObject({ code: 0 });
      await until(isHeld);
      expect(counts()).toEqual([1, 1, 1]);

      expect(await cli('retry-step', runId, 'gate')).toMatchObject({ code: 0 });
      await until(() => Promise.resolve(String(counts()) === '2,2,2'));
      await until(isHeld);
      expect((await cli('describe', runId)).stdout).toMatch(ALARM_RAISED);

      heal();
      expect(await cli('retry-step', runId, 'gate')).toMatchObject({ code: 0 });
      const { code, stdout } = await cli('watch', runId);
      expect(code).toBe(0);
      expect(stdout).toMatch(ALARM_OVER);
      expect(counts()).toEqual([3, 2, 3]);
    });
  });
});

describe('dataflow pipeline rerun', () => {
  it('goes on with the profile of the run that failed', async () => {
    await inPipelines({}, async (cli, { taskQueue }, env) => {
      const yaml = 'pipeline: p\nsteps: { ok: { approval: { timeout: 1s } } }\n';
      const args = ['--key', taskQueue, '--profile', 'payroll', '--follow'];
      expect((await start(env, yaml, ...args)).code).toBe(4);
      const runId = `dataflow/p/${taskQueue}`;
      expect((await cli('rerun', runId, '--from-failed', '--follow')).code).toBe(4);
      const { stdout } = await cli('describe', runId, '--json');
      expect(JSON.parse(stdout)).toMatchObject({ profile: 'payroll', key: taskQueue });
    });
  });
});

describe('dataflow pipeline pause, resume, cancel-step, skip-step, retry-step', () => {
  it('steer a run, and say what is not possible in its state', async () => {
    const jobs = [aJob('long', LONG, QUICK), aJob('quick', QUICK)];
    await inPipelines({ jobs }, async (cli, { simulator, taskQueue }, env) => {
      const yaml =
        'pipeline: p\nonFailure: hold\nsteps: { a: { job: long }, b: { job: quick, needs: [a] }, c: { job: quick, needs: [b] } }\n';
      const runId = `dataflow/p/${taskQueue}`;
      await start(env, yaml, '--key', taskQueue);
      await stepStands(cli, runId, 'a', 'running');
      expect((await cli('pause', runId)).stderr).toMatch(/^done: paused/);
      expect((await cli('describe', runId)).stdout).toMatch(/^status +paused$/m);
      expect(await cli('resume', runId)).toMatchObject({
        code: 0,
        stderr: 'done: the run is resumed\n',
      });
      const wrong = await cli('retry-step', runId, 'extrakt');
      expect(wrong.code).toBe(9);
      expect(wrong.stderr).toContain('Pipeline p has no step extrakt');

      expect((await cli('skip-step', runId, 'c', '--reason', 'not today')).code).toBe(0);
      expect((await cli('cancel-step', runId, 'a')).code).toBe(0);
      await stepStands(cli, runId, 'a', 'canceled');
      expect(simulator.report().leftRunning).toBe(0);
      expect((await cli('retry-step', runId, 'a')).code).toBe(0);
      const watched = await cli('watch', runId);
      expect(watched.code).toBe(0);
      expect(watched.stdout).toMatch(/^c +skipped .*\n {2}not today$/m);
    });
  });
});

describe('dataflow pipeline reject and cancel', () => {
  it('a rejected approval fails its run; a canceled run leaves nothing running, and exits with 5', async () => {
    await inPipelines(
      { jobs: [aJob('long', LONG)] },
      async (cli, { simulator, taskQueue }, env) => {
        const rejected = `dataflow/ask/${taskQueue}`;
        await start(env, 'pipeline: ask\nsteps: { ok: { approval: {} } }\n', '--key', taskQueue);
        await stepStands(cli, rejected, 'ok', 'running');
        expect((await cli('reject', rejected, 'ok', '--comment', 'numbers are odd')).code).toBe(0);
        const ended = await cli('watch', rejected);
        expect(ended.code).toBe(4);
        expect(ended.stderr).toContain('numbers are odd');

        const canceled = `dataflow/p/${taskQueue}`;
        await start(env, 'pipeline: p\nsteps: { a: { job: long } }\n', '--key', taskQueue);
        await until(() => Promise.resolve(simulator.report().leftRunning === 1));
        expect((await cli('cancel', canceled)).stderr).toContain('is being canceled');
        expect((await cli('watch', canceled)).code).toBe(5);
        expect(simulator.report().leftRunning).toBe(0);
        expect((await cli('cancel', canceled)).code).toBe(9);
      },
    );
  });
});

describe('dataflow pipeline list', () => {
  it('lists runs by pipeline and status, and leaves a followed run alone at Ctrl-C', async () => {
    await inPipelines({ jobs: [aJob('long', LONG)] }, async (cli, { taskQueue }, env) => {
      const name = `p${taskQueue.replaceAll('-', '').slice(-12)}`;
      const left = await dataflow(['pipeline', 'run', '-', '--key', 'one', '--follow'], {
        env,
        stdin: `pipeline: ${name}\nsteps: { a: { job: long } }\n`,
        onOutput: pressAt(/^a {2}running {2}execution/m),
      });
      expect(left.code).toBe(130);
      const runId = `dataflow/${name}/one`;
      await until(async () => (await cli('list', '--pipeline', name)).stdout.includes(runId));
      const listed = await cli('list', '--pipeline', name, '--status', 'Running', '--json');
      expect(JSON.parse(listed.stdout)).toMatchObject([{ runId, status: 'RUNNING' }]);
      expect((await cli('list', '--status', 'running', '--limit', '0')).code).toBe(2);
      await cli('cancel', runId);
      expect((await cli('watch', runId)).code).toBe(5);
    });
  });
});
