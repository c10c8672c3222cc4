import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, open, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { EXIT_CODES } from '../../cli/exit-codes.js';
import { dataflow, dataflowHere } from '../support/cli.js';

const COMMANDS = [
  'dev',
  'run',
  'watch',
  'resolve',
  'pipeline',
  'api',
  'doctor',
  'worker',
  'simulator',
] as const;

describe('dataflow', () => {
  it('suggests the command that was meant, and exits with 2', async () => {
    const { code, stderr } = await dataflowHere(['simulatr']);
    expect(code).toBe(2);
    expect(stderr).toContain('Did you mean simulator?');
  });

  it('--help names the commands and every exit code', async () => {
    const { code, stdout } = await dataflowHere(['--help']);
    expect(code).toBe(0);
    for (const command of COMMANDS) expect(stdout).toMatch(new RegExp(`^  ${command} `, 'm'));
    for (const { code: one, means } of Object.values(EXIT_CODES))
      expect(stdout).toContain(`${String(one).padEnd(5)}${means}`);
  });

  it.each(COMMANDS)('%s --help gives an example', async (command) => {
    const { code, stdout } = await dataflowHere([command, '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain(`$ dataflow ${command}`);
  });
});

describe('dataflow', () => {
  it.skipIf(!existsSync('/dev/full'))(
    'says in one line that stdout cannot be written, and exits with 1 (L15)',
    async () => {
      const main = fileURLToPath(new URL('../../lib/cli/main.js', import.meta.url));
      const full = await open('/dev/full', 'w');
      const child = spawn(process.execPath, [main, 'api'], { stdio: ['ignore', full.fd, 'pipe'] });
      let stderr = '';
      child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
      const [code] = (await once(child, 'close')) as [number | null];
      await full.close();
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: 'dataflow: stdout cannot be written (ENOSPC)\n',
      });
    },
  );

  it.each(['70000', '65536', 'x'])('refuses --port %s, exit code 2 (L15)', async (port) => {
    const { code, stderr } = await dataflowHere(['simulator', '--port', port]);
    expect(code).toBe(2);
    expect(stderr).toContain('must be an integer from 0 to 65535');
  });
});

describe('dataflow worker', () => {
  it('without credentials says in one line what to set, and exits with 2', async () => {
    const { code, stderr } = await dataflow(['worker']);
    expect(code).toBe(2);
    expect(stderr).toBe(
      'dataflow: profile default: no credentials: environment NCLOUD_ACCESS_KEY_ID: not set; ' +
        'file ~/.ncloud/configure: HOME is not set; server role: the metadata service gave no answer (network). ' +
        'Set NCLOUD_ACCESS_KEY_ID and NCLOUD_SECRET_ACCESS_KEY, or write them into that file\n',
    );
  });

  it('without a Temporal server says which address it tried, and exits with 3', async () => {
    const keys = { NCLOUD_ACCESS_KEY: 'AKEY0123456789', NCLOUD_SECRET_KEY: 'secret-0123456789' };
    const { code, stderr } = await dataflow(['worker'], { env: keys });
    expect(code).toBe(3);
    expect(stderr).toContain('Temporal at 127.0.0.1:1 cannot be reached');
    expect(stderr).not.toContain('0123456789');
  });
});

describe.each([
  ['run', 'sZ7aVb3kQp1x'],
  ['watch', 'some-workflow'],
  ['resolve', 'some-workflow'],
])('dataflow %s', (command, id) => {
  it('without a Temporal server says in one line what to do, and exits with 3', async () => {
    const { code, stdout, stderr } = await dataflowHere([command, id]);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toMatch(
      /^dataflow: Temporal at 127\.0\.0\.1:1 cannot be reached: .*dataflow dev.*TEMPORAL_ADDRESS\n$/,
    );
  });
});

describe('dataflow run', () => {
  it('refuses what it can know to be wrong before anything is connected, all of it at once', async () => {
    const { code, stderr } = await dataflowHere(['run', 'x', '--on-busy', 'never', '--retry', '0']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/--on-busy: .*\n/);
    expect(stderr).toMatch(/--retry: .*\n/);
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
      {
        onOutput: ({ stdout: text }, child) => {
          const url = /DATAFLOW_URL=(\S+)\n/.exec(text)?.[1];
          if (url === undefined || report !== undefined) return;
          report = fetch(`${url}/_simulator/report`)
            .then((answer) => answer.json())
            .finally(() => child.kill('SIGINT'));
        },
      },
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/NCLOUD_ACCESS_KEY=\S+\nNCLOUD_SECRET_KEY=\S+\n/);
    expect(await report).toMatchObject({ posts: 0, leftRunning: 0 });
  });

  it('serves the script that the README names, and says in words that a file is not there (L11)', async () => {
    const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
    const [, file = ''] = /^npx dataflow simulator --script (\S+)/m.exec(readme) ?? [];
    const cwd = new URL('../../', import.meta.url);
    const { code } = await dataflow(['simulator', '--script', fileURLToPath(new URL(file, cwd))], {
      onOutput: ({ stdout }, child) => {
        if (stdout.includes('NCLOUD_SECRET_KEY') && !child.killed) child.kill('SIGINT');
      },
    });
    expect(code).toBe(0);
    const missing = await dataflowHere(['simulator', '--script', '/nowhere/jobs.yaml']);
    expect(missing).toMatchObject({
      code: 2,
      stderr: 'dataflow: /nowhere/jobs.yaml cannot be read (no such file)\n',
    });
  });

  it('names every problem of a script with its place, and exits with 2', async () => {
    const script = join(await mkdtemp(join(tmpdir(), 'dataflow-script-')), 'jobs.yaml');
    await writeFile(script, 'jobs:\n  - jobIdd: x\nfaults:\n  - { on: nothing }\n');
    const { code, stderr } = await dataflowHere(['simulator', '--script', script]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/jobs\.yaml:2:\d+/);
    expect(stderr).toMatch(/jobs\.yaml:4:\d+/);
  });
});
