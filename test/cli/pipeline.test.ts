import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { dataflow, dataflowHere } from '../support/cli.js';
import { answering } from './answering.js';

const NIGHTLY = fileURLToPath(
  new URL('../../examples/pipelines/nightly-sales.yaml', import.meta.url),
);

const COMMANDS = [
  ...['validate', 'plan', 'run', 'list', 'describe', 'watch', 'cancel', 'pause', 'resume'],
  ...['cancel-step', 'retry-step', 'skip-step', 'approve', 'reject', 'rerun'],
];

/** Files of a test, in a folder of their own. */
async function withFiles(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'dataflow-pipeline-'));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return folder;
}

const JOBS = ['sales-extract', 'sales-clean', 'sales-publish'].map((name, index) => ({
  jobId: `job${index}`,
  name,
  type: 'SCRIPT',
  status: 'READY',
}));
const aRun = (jobId: string, minutes: number, index: number) => ({
  jobExecutionId: `x${index}`,
  jobId,
  status: index === 0 ? 'FAILED' : 'COMPLETED',
  createdDate: `2026-11-2${index}T02:00:00+09:00`,
  endDate: `2026-11-2${index}T02:${minutes}:00+09:00`,
});

/** Jobs with three completed runs of 10, 20 and 30 minutes each; one at once. */
function aService(request: string): readonly [number, unknown] {
  const { pathname } = new URL(request.split(' ')[1] ?? '', 'http://local');
  const page = (list: readonly object[]) => ({ list, count: list.length, page: 0, limit: 100 });
  if (pathname.endsWith('/jobs')) return [200, page(JOBS)];
  const jobId = /job\d/.exec(pathname)?.[0] ?? '';
  if (!pathname.endsWith('/executions')) return [200, { ...JOBS[0], jobId, maxConcurrentRuns: 1 }];
  return [200, page([59, 10, 30, 20].map((minutes, index) => aRun(jobId, minutes, index)))];
}

describe('dataflow pipeline validate', () => {
  it('of a right file says so, calls nothing, and exits with 0', async () => {
    const { code, stdout, stderr } = await dataflowHere(['pipeline', 'validate', NIGHTLY]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe(`${NIGHTLY}: valid (pipeline nightly-sales, 5 steps)\n`);
  });

  it('names all problems of all files with line and column, also of a file within, and exits with 2', async () => {
    const folder = await withFiles({
      'one.yaml':
        'pipeline: one\nsteps:\n  a: { job: x, needs: [b] }\n  c: { pipeline: within/two.yaml }\n',
      'within/two.yaml': 'pipeline: two\nsteps:\n  a: { jobb: x }\n',
    });
    const one = join(folder, 'one.yaml');
    const { code, stdout, stderr } = await dataflowHere(['pipeline', 'validate', one, NIGHTLY]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: 'dataflow: 2 problems, see above\n' });
    const [first, second, third] = stdout.split('\n');
    expect(first).toMatch(new RegExp(`^${one}:3:24: .*there is no step b`));
    expect(second).toMatch(new RegExp(`^${join(folder, 'within/two.yaml')}:3:\\d+: .*jobb`));
    expect(third).toMatch(/nightly-sales\.yaml: valid /);
  });

  it('reads stdin, and gives JSON for machines', async () => {
    const args = ['pipeline', 'validate', '-', '--json'];
    const { code, stdout } = await dataflow(args, { stdin: 'pipeline: p\n' });
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toEqual([
      { file: '-', problems: [expect.stringMatching(/^stdin:1:1: .*steps/)] },
    ]);
  });

  it('of a file that is not there says so, and exits with 2', async () => {
    const { code, stdout } = await dataflowHere(['pipeline', 'validate', '/nowhere.yaml']);
    expect({ code, stdout }).toEqual({
      code: 2,
      stdout: '/nowhere.yaml cannot be read (no such file)\n',
    });
  });
});

/** What a command says of where it goes, and with which keys. */
const WHERE = /^profile default: http:\S+, key \S+ from .*\n/;

describe('dataflow pipeline plan', () => {
  it('shows levels, options, duration and critical path with ids and histories of the service', async () => {
    await answering(aService, async ({ env, received }) => {
      const args = ['pipeline', 'plan', NIGHTLY, '-p', 'date=2026-11-21'];
      const { code, stdout, stderr } = await dataflowHere(args, { env });
      expect(code).toBe(0);
      expect(stderr).toMatch(WHERE);
      expect(stdout).toMatch(/^ {2}parameters {3}.*\n {15}date = 2026-11-21$/m);
      expect(stdout).toMatch(/^level 2\n {2}clean: job sales-clean \(job1\), for each of/m);
      expect(stdout).toContain('retry            2 attempts after FAILED, first pause 1m');
      expect(stdout).toContain('2 items, 1 at once: each 20m, median of 3 runs');
      expect(stdout).toContain('duration       1h 20m, and the time of approve, report');
      expect(stdout).toMatch(/critical path {2}extract \(20m\) → clean \(40m\) → approve \(\?\) →/);
      expect(received.every(({ request }) => request.startsWith('GET '))).toBe(true);
    });
  });

  it('suggests the job that was meant where the service has none of that name, and exits with 2', async () => {
    const stdin = 'pipeline: p\nsteps:\n  a: { job: sales-extrakt }\n';
    await answering(aService, async ({ env }) => {
      const ended = await dataflow(['pipeline', 'plan', '-'], { env, stdin });
      expect({ ...ended, stderr: ended.stderr.replace(WHERE, '') }).toEqual({
        code: 2,
        stdout: '',
        stderr: 'dataflow: there is no job sales-extrakt; did you mean sales-extract?\n',
      });
    });
  });

  it('without keys plans all the same, and says what is therefore not known', async () => {
    const { code, stdout, stderr } = await dataflowHere(['pipeline', 'plan', NIGHTLY]);
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^names and durations are unknown, because the service was not asked: .*no credentials/,
    );
    expect(stdout).toContain('date = ? (set it: -p date=…)');
    expect(stdout).toContain('duration       the time of extract, clean, approve, publish, report');
  });

  it('gives JSON for machines, and asks nobody with --offline', async () => {
    const args = ['pipeline', 'plan', NIGHTLY, '--offline', '--json', '-p', 'regions=KR,JP,US'];
    const { code, stdout, stderr } = await dataflowHere(args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({
      pipeline: 'nightly-sales',
      missing: ['date'],
      levels: [['extract'], ['clean'], ['approve'], ['publish'], ['report']],
      steps: { clean: { items: 3, options: { onBusy: 'wait' } } },
      asked: false,
    });
  });

  it('refuses parameters that the pipeline does not take, all of them at once', async () => {
    const args = ['pipeline', 'plan', NIGHTLY, '--offline', '-p', 'dat=x', '-p', 'regions=[1'];
    const { code, stdout, stderr } = await dataflowHere(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/-p dat: unknown parameter\n.*-p regions: must be a list/);
  });
});

describe('dataflow pipeline', () => {
  it('suggests the command that was meant, and exits with 2', async () => {
    const { code, stderr } = await dataflowHere(['pipeline', 'validte', NIGHTLY]);
    expect(code).toBe(2);
    expect(stderr).toContain('Did you mean validate?');
  });

  it.each(COMMANDS)('%s --help gives an example', async (command) => {
    const { code, stdout } = await dataflowHere(['pipeline', command, '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain(`$ dataflow pipeline ${command} `);
  });

  it.each([
    ['list'],
    ['describe', 'a-run'],
    ['watch', 'a-run'],
    ['cancel', 'a-run'],
    ['pause', 'a-run'],
    ['approve', 'a-run', 'publish'],
    ['rerun', 'a-run', '--from-failed'],
    ['run', NIGHTLY, '-p', 'date=2026-11-21'],
  ])('%s without a Temporal server says what to do, and exits with 3', async (...args) => {
    const { code, stdout, stderr } = await dataflowHere(['pipeline', ...args]);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toMatch(/^dataflow: Temporal at 127\.0\.0\.1:1 cannot be reached: .*\n$/);
  });
});
