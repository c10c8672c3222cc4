import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { say, start, stepIs } from '../support/pipelines.js';
import { dataflowInTerminal, type TerminalCli } from '../support/terminal.js';
import { until } from '../support/until.js';
import { inWorld, type World } from '../support/world.js';
import { localEnv } from '../support/cli.js';

/** `dataflow` on @lydell/node-pty; @xterm/headless draws the screen. */

const QUICK = { waitingMs: 20, runningMs: 100 };
const aJob = (jobId: string, ...executions: readonly object[]) => ({
  ...{ jobId, name: `sales-${jobId}`, type: 'SCRIPT' as const, maxConcurrentRuns: 100 },
  executions: executions as readonly (typeof QUICK)[],
});
const JOBS = [
  aJob('quick', QUICK),
  aJob('long', { waitingMs: 0, never: true }),
  aJob('bad', { ...QUICK, outcome: 'FAILED' }),
];
const COLOUR = /\u001b\[[0-9;]*m/;

const inTerminal = (
  world: World,
  args: readonly string[],
  size: { readonly columns: number; readonly rows: number },
  env: Readonly<Record<string, string>> = {},
): TerminalCli =>
  dataflowInTerminal(args, {
    ...size,
    env: { ...localEnv(world.simulator, world.taskQueue), ...env },
  });

const shows = (cli: TerminalCli, pattern: RegExp): Promise<void> =>
  until(() => pattern.test(cli.screen().join('\n')));

/** Presses Ctrl-C and gives the exit code. */
async function leave(cli: TerminalCli): Promise<number> {
  cli.type('\u0003');
  return (await cli.ended).exitCode;
}

/** `count` steps: one that fails, then two that run for ever, others that are done, and the rest waits. */
function steps(count: number): Record<string, object> {
  const done = Array.from({ length: Math.floor((count - 3) / 2) }, (_, at) => [
    `done${at}`,
    { job: 'quick' },
  ]);
  const left = Array.from({ length: count - 3 - done.length }, (_, at) => [
    `later${at}`,
    { needs: ['runs'], job: 'quick' },
  ]);
  const ends = { bad: { job: 'bad' }, runs: { job: 'long' }, alsoRuns: { job: 'long' } };
  return Object.fromEntries([...done, ...Object.entries(ends), ...left]) as Record<string, object>;
}

describe('the live view of a pipeline (L1)', () => {
  it.each([
    [3, 60],
    [3, 120],
    [12, 60],
    [12, 120],
    [60, 60],
    [60, 120],
  ])(
    'of %d steps at %d columns and 40 rows: a summary, what failed and what runs, a row each',
    (count, columns) =>
      inWorld({ jobs: JOBS }, async (world) => {
        const pipeline = {
          ...{ pipeline: 'nightly', onFailure: 'continue' as const, concurrency: 100 },
          steps: steps(count),
        };
        const handle = await start(world, { pipeline: pipeline as never });
        const done = Math.floor((count - 3) / 2);
        await stepIs(handle, 'bad', 'failed');
        for (const id of ['runs', 'alsoRuns']) await stepIs(handle, id, 'running');
        for (let at = 0; at < done; at += 1) await stepIs(handle, `done${at}`, 'succeeded');

        const cli = inTerminal(world, ['watch', handle.workflowId], { columns, rows: 40 });
        const summary = `${count} steps: 2 running, ${done} done, 1 failed, ${count - 3 - done} waiting`;
        await shows(cli, new RegExp(summary));
        const screen = cli.screen();
        expect(screen[0]).toMatch(/^pipeline nightly {2}running/);
        expect(screen[1]).toBe(summary);
        expect(screen.length).toBeLessThanOrEqual(40);
        expect(cli.scrollback()).toEqual(screen); // nothing has scrolled away
        const failed = screen.findIndex((row) => /^✘ bad +failed/.test(row));
        expect(screen[failed + 1]).toMatch(/^ {4}execution \w+ of job bad ended FAILED/);
        for (const id of ['runs', 'alsoRuns'])
          expect(screen.join('\n')).toMatch(
            new RegExp(`^● ${id} +running .*\\b\\w{12}: RUNNING`, 'm'),
          );
        if (count === 60)
          expect(screen.at(-1)).toMatch(/^… 57 steps not shown: 28 done, 29 waiting$/);
        else expect(screen.filter((row) => /^[✔✘●○] /.test(row))).toHaveLength(count);
        expect(await leave(cli)).toBe(130);
        await handle.cancel();
        await handle.result().catch(() => undefined);
      }),
  );

  it('has colours in a terminal, and none where NO_COLOR is set', () =>
    inWorld({ jobs: JOBS }, async (world) => {
      const pipeline = { pipeline: 'p', steps: { a: { job: 'long' } } };
      const handle = await start(world, { pipeline });
      await stepIs(handle, 'a', 'running');
      const size = { columns: 60, rows: 40 };
      const coloured = inTerminal(world, ['watch', handle.workflowId], size);
      await shows(coloured, /^● a {2}running/m);
      expect(coloured.raw()).toMatch(COLOUR);
      const plain = inTerminal(world, ['watch', handle.workflowId], size, { NO_COLOR: '1' });
      await shows(plain, /^● a {2}running/m);
      expect(plain.raw()).not.toMatch(COLOUR);
      for (const cli of [coloured, plain]) expect(await leave(cli)).toBe(130);
      await handle.cancel();
      await handle.result().catch(() => undefined);
    }));

  it('after the end: took, attempts, who approved and why, and failed items by value, in whole sentences', () =>
    inWorld({ jobs: JOBS }, async (world) => {
      const file = join(await mkdtemp(join(tmpdir(), 'dataflow-terminal-')), 'p.json');
      const pipeline = {
        ...{ pipeline: 'p', onFailure: 'continue' },
        steps: {
          ok: { approval: {} },
          again: { job: 'bad', retry: { maximumAttempts: 2, initialInterval: '1s' } },
          load: { job: 'bad', forEach: ['r01', 'r03'] },
        },
      };
      await writeFile(file, JSON.stringify(pipeline));
      const run = ['pipeline', 'run', file, '--key', world.taskQueue, '--follow'];
      const cli = inTerminal(world, run, { columns: 60, rows: 60 });
      await shows(cli, /pipeline approve/);
      const [, id = ''] =
        /workflow (\S+) runs it/.exec(cli.scrollback().slice(0, 3).join('')) ?? [];
      const handle = world.client.workflow.getHandle(id);
      await say(handle, 'approve', {
        ...{ step: 'ok', approve: true, by: 'kim' },
        comment: 'numbers are right',
      });
      expect((await cli.ended).exitCode).toBe(4);
      const screen = cli.scrollback().join('\n');
      expect(screen).toMatch(/^ok +approval +succeeded|^ok +succeeded/m);
      expect(screen).toContain('\n  approved by kim: numbers are right\n');
      expect(screen).toMatch(/^step .*attempts/m);
      expect(screen).toMatch(/^again +(job +)?failed +.*\b2\b/m);
      expect(screen.replaceAll(/\s+/g, ' ')).toMatch(
        /r03 failed \(execution \w+\): DataFlowExecutionFailed: execution \w+ of job bad ended FAILED\. Read the Spark log/,
      );
      expect(screen).toMatch(/^took +\d+s$/m);
      expect(screen).not.toContain('○'); // the live block has gone
    }));
});

describe('Ctrl-C (L3)', () => {
  it('leaves a workflow that no worker runs: 130, a line that says how to return, no stack trace', () =>
    inWorld({ jobs: JOBS }, async (world) => {
      const nobody = { ...world, taskQueue: 'nobody-here' };
      const handle = await start(nobody, {
        pipeline: { pipeline: 'p', steps: { a: { job: 'long' } } },
      });
      const cli = inTerminal(world, ['watch', handle.workflowId], { columns: 120, rows: 40 });
      await shows(cli, /no worker polls task queue nobody-here/);
      // Long enough for a query to be under way that nobody answers.
      await until(() => cli.raw().includes('nobody-here'));
      expect(await leave(cli)).toBe(130);
      const screen = cli.screen().join('\n');
      expect(screen).toContain(`${handle.workflowId} goes on; to watch it again`);
      expect(screen).not.toMatch(/ {4}at |Error/);
      await handle.terminate();
    }));

  it('ends a command that has not reached Temporal', async () => {
    const cli = dataflowInTerminal(['watch', 'w'], {
      ...{ columns: 120, rows: 40 },
      env: { TEMPORAL_ADDRESS: '192.0.2.1:7233' }, // no host answers there (RFC 5737)
    });
    let hasEnded = false;
    const ended = cli.ended.finally(() => {
      hasEnded = true;
    });
    await until(() => {
      if (!hasEnded) cli.type('\u0003');
      return Promise.resolve(hasEnded);
    });
    const { exitCode, signal } = await ended;
    expect(signal === 2 ? 130 : exitCode).toBe(130);
    expect(cli.raw()).not.toMatch(/ {4}at |Error/);
  });
});
