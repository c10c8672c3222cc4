import { describe, expect, it } from 'vitest';
import { dataflow, type Ended, localEnv } from '../support/cli.js';
import { until } from '../support/until.js';
import { inWorld, type World } from '../support/world.js';

const APPROVAL = 'steps: { ok: { approval: {} } }';

const cliOf =
  ({ simulator, taskQueue }: World) =>
  (stdin: string, ...args: readonly string[]): Promise<Ended> =>
    dataflow(['pipeline', ...args], { env: localEnv(simulator, taskQueue), stdin });

/** A name of a pipeline that no other test has. */
const ownName = ({ taskQueue }: World): string => `p${taskQueue.replaceAll('-', '').slice(-12)}`;

describe('ids of pipelines (P3)', () => {
  it('differ for pipeline and key that would join to one text, and list compares whole names', () =>
    inWorld({}, async (world) => {
      const cli = cliOf(world);
      const name = ownName(world);
      const ids = [`dataflow/${name}/eu-2026`, `dataflow/${name}-eu/2026`] as const;
      for (const [nth, key] of ['eu-2026', '2026'].entries()) {
        const yaml = `pipeline: ${name}${nth === 0 ? '' : '-eu'}\n${APPROVAL}\n`;
        const { code, stdout } = await cli(yaml, 'run', '-', '--key', key);
        expect({ code, stdout }).toEqual({ code: 0, stdout: `${ids[nth]!}\n` });
      }
      await until(async () => (await cli('', 'list', '--limit', '99')).stdout.includes(ids[1]));
      const { stdout } = await cli('', 'list', '--pipeline', name, '--json');
      expect(JSON.parse(stdout)).toMatchObject([{ runId: ids[0] }]);
    }));

  it('that are taken start nothing, and it is said: attached to where the input is the same, else 9 with what is there', () =>
    inWorld({}, async (world) => {
      const cli = cliOf(world);
      const name = ownName(world);
      const runId = `dataflow/${name}/day`;
      const yaml = `pipeline: ${name}\nparameters: { p: { type: string } }\n${APPROVAL}\n`;
      const run = (p: string, ...more: readonly string[]) =>
        cli(yaml, 'run', '-', '-p', `p=${p}`, '--key', 'day', ...more);
      expect((await run('a')).stderr).toContain(`workflow ${runId} runs it`);

      const same = await run('a', '--json');
      expect(same.code).toBe(0);
      expect(same.stderr).toContain(`nothing was started: workflow ${runId} runs already`);
      expect(JSON.parse(same.stdout)).toMatchObject({ workflowId: runId, started: false });

      const other = await run('b');
      expect(other.code).toBe(9);
      expect(other.stderr).toContain(`nothing was started: workflow ${runId} is RUNNING since 20`);
      expect(other.stderr).toContain('other parameters');
      expect(other.stdout).toBe('');

      let heard = '';
      const followed = dataflow(['pipeline', 'run', '-', '-p', 'p=a', '--key', 'day', '--follow'], {
        env: localEnv(world.simulator, world.taskQueue),
        stdin: yaml,
        onOutput: ({ stderr }) => {
          heard = stderr;
        },
      });
      await until(() => heard.includes('runs already'));
      await until(async () => (await cli('', 'approve', runId, 'ok')).code === 0);
      expect((await followed).code).toBe(0);
      const late = await run('a', '--follow');
      expect(late.code).toBe(9);
      expect(late.stderr).toMatch(/has closed as COMPLETED at 20.*\n.*pipeline describe/);
      expect(late.stdout).toBe('');
    }));
});
