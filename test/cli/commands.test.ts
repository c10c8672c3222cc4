import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { aClosedPort } from '../client/local-service.js';

const MAIN = fileURLToPath(new URL('../../lib/cli/main.js', import.meta.url));

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end; `onStdout` may end it. */
async function dataflow(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  onStdout: (text: string, end: () => void) => void = () => undefined,
): Promise<Ended> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { PATH: process.env['PATH'], ...env },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
    onStdout(stdout, () => child.kill('SIGINT'));
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

describe('dataflow', () => {
  it('suggests the command that was meant, and exits with 2', async () => {
    const { code, stderr } = await dataflow(['simulatr']);
    expect(code).toBe(2);
    expect(stderr).toContain('Did you mean simulator?');
  });

  it.each(['worker', 'simulator'])('%s --help gives an example', async (command) => {
    const { code, stdout } = await dataflow([command, '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain(`$ dataflow ${command}`);
  });
});

describe('dataflow worker', () => {
  it('without credentials says in one line what to set, and exits with 2', async () => {
    const closed = { NCLOUD_METADATA_API_ENDPOINT: await aClosedPort() };
    const { code, stderr } = await dataflow(['worker'], closed);
    expect(code).toBe(2);
    expect(stderr).toBe(
      'dataflow: profile default: no credentials: environment NCLOUD_ACCESS_KEY_ID: not set; ' +
        'file ~/.ncloud/configure: HOME is not set; server role: the metadata service gave no answer (network). ' +
        'Set NCLOUD_ACCESS_KEY_ID and NCLOUD_SECRET_ACCESS_KEY, or write them into that file\n',
    );
  });

  it('without a Temporal server says which address it tried, and exits with 3', async () => {
    const keys = { NCLOUD_ACCESS_KEY: 'AKEY0123456789', NCLOUD_SECRET_KEY: 'secret-0123456789' };
    const { code, stderr } = await dataflow(['worker'], {
      ...keys,
      TEMPORAL_ADDRESS: '127.0.0.1:1',
    });
    expect(code).toBe(3);
    expect(stderr).toContain('Temporal at 127.0.0.1:1 cannot be reached');
    expect(stderr).not.toContain('0123456789');
  });
});

describe('dataflow simulator', () => {
  it('serves the jobs of a script, and ends by Ctrl-C with 0', async () => {
    const script = join(await mkdtemp(join(tmpdir(), 'dataflow-script-')), 'jobs.yaml');
    await writeFile(
      script,
      'jobs:\n  - jobId: sZ7aVb3kQp1x\n    executions: [{ waitingMs: 30s, runningMs: 10m }]\n',
    );
    let report: Promise<unknown> | undefined;
    const { code, stdout } = await dataflow(
      ['simulator', '--time-scale', '60', '--script', script],
      {},
      (text, end) => {
        const url = /DATAFLOW_URL=(\S+)\n/.exec(text)?.[1];
        if (url === undefined || report !== undefined) return;
        report = fetch(`${url}/_simulator/report`)
          .then((answer) => answer.json())
          .finally(end);
      },
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/NCLOUD_ACCESS_KEY=\S+\nNCLOUD_SECRET_KEY=\S+\n/);
    expect(await report).toMatchObject({ posts: 0, leftRunning: 0 });
  });

  it('names every problem of a script with its place, and exits with 2', async () => {
    const script = join(await mkdtemp(join(tmpdir(), 'dataflow-script-')), 'jobs.yaml');
    await writeFile(script, 'jobs:\n  - jobIdd: x\nfaults:\n  - { on: nothing }\n');
    const { code, stderr } = await dataflow(['simulator', '--script', script]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/jobs\.yaml:2:\d+/);
    expect(stderr).toMatch(/jobs\.yaml:4:\d+/);
  });
});
