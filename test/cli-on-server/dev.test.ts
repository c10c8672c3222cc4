import { describe, expect, inject, it } from 'vitest';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { dataflow, type Ended } from '../support/cli.js';
import { ROOT } from '../fence/breached-tree.js';

/** The variables that `dataflow dev` tells other terminals. */
const exportsOf = (stdout: string): Record<string, string> =>
  Object.fromEntries(
    Array.from(stdout.matchAll(/^export (\w+)=(\S+)$/gm), ([, name = '', value = '']) => [
      name,
      value,
    ]),
  );

/** A command of `dataflow pipeline` as the README writes it, without `npx dataflow`. */
async function inReadme(command: string): Promise<string[]> {
  const readme = await readFile(join(ROOT, 'README.md'), 'utf8');
  const line = new RegExp(`^npx dataflow (pipeline ${command} .*)$`, 'm').exec(readme)?.[1];
  if (line === undefined) throw new Error(`the README has no pipeline ${command}`);
  return line.split(/ +#/)[0]!.replaceAll('"', '').split(' ');
}

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
        const env = exportsOf(stdout);
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

  it("runs the README's pipeline word by word, approval and activity included, on a server of its own (L7, L11)", async () => {
    const [run, approve] = [await inReadme('run'), await inReadme('approve')];
    let running: Promise<Ended> | undefined;
    let approving: Promise<Ended> | undefined;
    const own = ['dev', '--temporal-port', '0', '--ui-port', '0'];
    const ended = await dataflow(own, {
      env: { TEMPORAL_ADDRESS: '' },
      onOutput: ({ stdout, stderr }, dev) => {
        if (running !== undefined || !stderr.includes('Ctrl-C ends all of it')) return;
        const env = exportsOf(stdout);
        const answer = ({ stderr: told }: { readonly stderr: string }): void => {
          if (told.includes('approve needs')) approving ??= dataflow(approve, { env });
        };
        running = dataflow(run, { env, onOutput: answer }).finally(() => dev.kill('SIGINT'));
      },
    });
    const told = await running;
    expect(told?.stderr).toContain('pipeline nightly-sales  succeeded');
    expect(told?.code).toBe(0);
    expect(await approving).toMatchObject({ code: 0 });
    expect(ended.stderr).toContain('sendReport: the sales of 2026-11-21 are out');
    expect(ended.stderr).toContain('found by:');
    expect(ended.code).toBe(0);
  });

  it('refuses a port that is taken, and ports of a server that is not its own', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const port = String((other.address() as AddressInfo).port);
    try {
      const env = { TEMPORAL_ADDRESS: '' };
      const taken = await dataflow(['dev', '--temporal-port', port], { env });
      expect(taken.stderr).toContain(
        `--temporal-port: must be a free port, or 0 for any free one; ${port} is taken`,
      );
      expect(taken.code).toBe(2);
    } finally {
      await new Promise((resolve) => other.close(resolve));
    }
    const given = await dataflow(['dev', '--ui-port', '0']);
    expect(given.stderr).toContain('--ui-port and TEMPORAL_ADDRESS');
    expect(given.code).toBe(2);
  });
});
