import { describe, expect, inject, it } from 'vitest';
import { dataflow } from '../support/cli-process.js';

describe('dataflow dev', () => {
  it('brings service and worker, runs a sample job from another terminal, and leaves nothing behind', async () => {
    const onServer = { TEMPORAL_ADDRESS: inject('temporalAddress') };
    const taskQueue = 'dev-test';
    let other: ReturnType<typeof dataflow> | undefined;
    let url = '';
    const ended = await dataflow(['dev', '--task-queue', taskQueue], {
      env: {
        ...onServer,
        NCLOUD_ACCESS_KEY_ID: 'REALKEY0123456789',
        NCLOUD_SECRET_ACCESS_KEY: 'REAL0123456789',
      },
      onOutput: ({ stdout, stderr }, child) => {
        if (other !== undefined || !stderr.includes('Ctrl-C ends all of it')) return;
        const lines = stdout.matchAll(/^export (\w+)=(\S+)$/gm);
        const env = Object.fromEntries(
          Array.from(lines, ([, name, value]) => [name, value]),
        ) as Record<string, string>;
        url = env['DATAFLOW_URL'] ?? '';
        other = dataflow(['run', 'fastJob'], { env }).finally(() => child.kill('SIGINT'));
      },
    });
    expect(await other).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('COMPLETED') as string,
    });
    expect(ended.code).toBe(0);
    expect(ended.stderr).toContain('npx dataflow run fastJob');
    expect(ended.stdout + ended.stderr).not.toContain('REAL');
    await expect(fetch(url)).rejects.toThrow('fetch failed');
  });
});
