import { expect, it } from 'vitest';
import { dataflow, localEnv } from '../support/cli.js';
import { inWorld } from '../support/world.js';

const activities = {
  load: ({ date }: { readonly date: string }) =>
    date === '2026-03-02'
      ? Promise.reject(new Error('no such partition'))
      : Promise.resolve({ date }),
};

it('dataflow pipeline backfill shows its plan and asks; with --yes it runs the dates, and its exit code is their end', () =>
  inWorld({ worker: { activities } }, async ({ simulator, taskQueue }) => {
    const env = localEnv(simulator, taskQueue);
    const name = `p-${taskQueue.slice(-12)}`;
    const stdin = `pipeline: ${name}
schedule: { cron: '0 3 * * *', timezone: Asia/Seoul }
steps:
  load: { activity: load, with: { date: '\${{ run.date }}' }, retry: { maximumAttempts: 1 } }
`;
    const backfill = (...args: readonly string[]) =>
      dataflow(
        ['pipeline', 'backfill', '-', '--from', '2026-03-01', '--to', '2026-03-03', ...args],
        { env, stdin },
      );
    const asked = await backfill();
    expect(asked.code).toBe(2);
    expect(asked.stderr).toContain(`pipeline ${name}: 3 to run`);
    expect(asked.stderr).toContain('repeat it with --yes');

    const followed = await backfill('--yes', '--follow');
    expect(followed.code).toBe(4);
    expect(followed.stdout).toContain('3 times: 2 succeeded, 1 failed');
    expect(followed.stderr).toContain(`dataflow/${name}/at-2026-03-01T18:00:00Z failed: `);

    const [again, wrong, listed] = await Promise.all([
      backfill('--yes'),
      backfill('--max-active', '0'),
      dataflow(['pipeline', 'list', '--pipeline', name, '--json'], { env }),
    ]);
    expect(again.code).toBe(0);
    expect(again.stderr).toContain('there is nothing to run');
    expect(wrong.code).toBe(2);
    expect(JSON.parse(listed.stdout)).toHaveLength(3);
  }));
