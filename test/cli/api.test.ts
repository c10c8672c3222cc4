import { describe, expect, it } from 'vitest';
import { OPERATION_NAMES } from '../../contract/operation-names.js';
import { OPERATIONS } from '../../contract/operations.js';
import { dataflow, dataflowHere } from '../support/cli.js';
import { expectNoSecrets } from '../support/secrets.js';
import { answering, KEYS } from './answering.js';

const anExecution = (id: string, more: object = {}) => ({
  jobExecutionId: id,
  jobId: 'job1',
  status: 'COMPLETED',
  createdDate: '2026-11-22T02:00:00+09:00',
  startDate: '2026-11-22T02:00:05+09:00',
  endDate: '2026-11-22T02:01:05+09:00',
  ...more,
});
const aPage = (rows: readonly object[], page = 0, limit = 2) => ({
  list: rows,
  count: rows.length,
  page,
  limit,
});

/** What stderr has after the line that names profile, endpoint and key. */
function afterWhere(stderr: string): string {
  const [where = '', ...rest] = stderr.split('\n');
  expect(where).toMatch(/^profile default: http:\/\/127\.0\.0\.1:\d+, key AKEY…CDEF from /);
  return rest.join('\n');
}

describe('dataflow api', () => {
  it('lists every operation by group with what it does', async () => {
    const { code, stdout } = await dataflowHere(['api']);
    expect(code).toBe(0);
    for (const name of OPERATION_NAMES)
      expect(stdout).toMatch(
        new RegExp(
          `^  ${name}\\b.*${OPERATIONS[name].about.slice(0, 20).replaceAll('(', '\\(')}`,
          'm',
        ),
      );
    expect(stdout).toMatch(/^Jobs:$[^]*^Executions:$[^]*^Triggers:$/m);
  });

  it('refuses the name that has meant two operations, naming both', async () => {
    const { code, stderr } = await dataflowHere(['api', 'getExecutionCount']);
    expect(code).toBe(2);
    expect(stderr).toBe(
      'dataflow: getExecutionCount names two operations: it must be getExecutionInterval or getExecutionResult\n',
    );
  });

  it('explains the operation before its flags: those are unknown because it is (L15)', async () => {
    const args = ['api', 'getExecutionCount', '--startDate', '2026-11-01T00:00:00'];
    const { code, stderr } = await dataflowHere(args);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^dataflow: getExecutionCount names two operations/);
  });

  it('refuses a member that is given twice, in whatever form (L15)', async () => {
    const args = ['api', 'getJobById', '--jobId', 'x', '--job-id', 'y'];
    const { code, stderr } = await dataflowHere(args);
    expect(code).toBe(2);
    expect(stderr).toContain('it is given twice: leave one out');
  });

  it('suggests the operation, and the flag, that was meant', async () => {
    const operation = await dataflowHere(['api', 'getJobz', '--limit', '3']);
    expect(operation).toMatchObject({ code: 2, stdout: '' });
    expect(operation.stderr).toContain('did you mean getJobs?');
    const flag = await dataflowHere(['api', 'getJobs', '--limitt', '3']);
    expect(flag.code).toBe(2);
    expect(flag.stderr).toContain('Did you mean --limit?');
  });

  it('without keys says in one line where it looked and what to set, and exits with 7', async () => {
    const { code, stdout, stderr } = await dataflowHere(['api', 'getJobs']);
    expect({ code, stdout }).toEqual({ code: 7, stdout: '' });
    expect(stderr).toMatch(/^dataflow: profile default: .*Set NCLOUD_ACCESS_KEY_ID.*\n$/);
  });

  it('without a service says so in one line with what to do, and exits with 3', async () => {
    const { code, stdout, stderr } = await dataflowHere(['api', 'getJobs'], {
      env: {
        DATAFLOW_URL: 'http://127.0.0.1:1',
        NCLOUD_ACCESS_KEY_ID: KEYS.access,
        NCLOUD_SECRET_ACCESS_KEY: KEYS.secret,
      },
    });
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(afterWhere(stderr)).toMatch(
      /^dataflow: getJobs .*Nothing was sent\. Check network.*\n$/,
    );
  });
});

describe('dataflow api <operation>', () => {
  // A process each: profile, endpoint and key are said once in a process.
  it('takes either name of an operation and either form of a flag, and shows a table without colour', async () => {
    await answering(
      () => [200, aPage([anExecution('x1')])],
      async ({ env, received }) => {
        const seoul = { env: { ...env, TZ: 'Asia/Seoul' } };
        const plain = await dataflow(['api', 'getJobExecutions', '--jobId', 'job1'], seoul);
        const dashes = await dataflow(['api', 'getJobExecutions', '--job-id', 'job1'], seoul);
        expect({ ...plain, stderr: afterWhere(plain.stderr) }).toEqual({
          code: 0,
          stdout:
            'jobExecutionId  status     createdDate                waited  ran\n' +
            'x1              COMPLETED  2026-11-22T02:00:00+09:00  5s      1m\n',
          stderr: '',
        });
        expect(dashes).toEqual(plain);
        expect(received[0]?.request).toBe('GET /api/v1/jobs/job1/executions');
      },
    );
  });

  it('reads all pages with --all, in the shape of one', async () => {
    const pages = [aPage([anExecution('x1'), anExecution('x2')]), aPage([anExecution('x3')], 1)];
    await answering(
      (request) => [200, pages[request.includes('page=1') ? 1 : 0]],
      async ({ env }) => {
        const args = ['api', 'getJobExecutions', '--jobId', 'job1', '--limit', '2'];
        const one = await dataflow(args, { env });
        expect(one.stderr).toContain('this page is full: --page 1 is the next one');
        const { code, stdout, stderr } = await dataflow([...args, '--all', '--json'], { env });
        expect({ code, stderr: afterWhere(stderr) }).toEqual({ code: 0, stderr: '' });
        const { list, count } = JSON.parse(stdout) as {
          list: { jobExecutionId: string }[];
          count: number;
        };
        expect(list.map((row) => row.jobExecutionId)).toEqual(['x1', 'x2', 'x3']);
        expect(count).toBe(3);
      },
    );
  });

  it('reads a list of any length with --all, however small its pages are (L15)', async () => {
    const pageOf = (request: string): object => {
      const page = Number(/page=(\d+)/.exec(request)?.[1] ?? 0);
      const rows = Array.from({ length: page < 120 ? 2 : 1 }, (_, row) =>
        anExecution(`x${page * 2 + row}`),
      );
      return aPage(rows, page);
    };
    await answering(
      (request) => [200, pageOf(request)],
      async ({ env }) => {
        const args = ['api', 'getJobExecutions', '--jobId', 'job1', '--limit', '2'];
        const fast = { ...env, DATAFLOW_CALLS_PER_SECOND: '1000' };
        const { code, stdout } = await dataflowHere([...args, '--all', '--json'], { env: fast });
        expect(code).toBe(0);
        expect(JSON.parse(stdout)).toMatchObject({ count: 241 });
      },
    );
  });

  it.each([
    ['deleteJob', ['--jobId', 'job1'], 'to check it: dataflow api getJobById --jobId job1'],
    [
      'cancelJobExecution',
      ['--jobId', 'job1', '--executionId', 'x1'],
      'to check it: dataflow api getJobExecutionById --jobId job1 --executionId x1',
    ],
  ])(
    'with a lost answer to %s exits with 8, and says where to look (L15)',
    async (name, flags, look) => {
      await answering(
        () => 'drop',
        async ({ env }) => {
          const { code, stdout, stderr } = await dataflowHere(['api', name, ...flags], { env });
          expect({ code, stdout }).toEqual({ code: 8, stdout: '' });
          expect(stderr).toContain('may have been carried out');
          expect(stderr).toContain(look);
        },
      );
    },
  );

  it('sends nothing for odd ids, an unknown profile and a body that is no JSON, and names all of it', async () => {
    await answering(
      () => [200, {}],
      async ({ env, received }) => {
        const bad = await dataflow(
          ['api', 'updateJob', '--jobId', '../jobs', '--profile', 'defualt', '--body', '-'],
          { env, stdin: 'name: sales' },
        );
        expect(bad.code).toBe(2);
        expect(bad.stderr.trim().split('\n')).toEqual([
          expect.stringContaining('the body on stdin is not JSON'),
          expect.stringContaining('jobId: must be an id as the service shows it: 1 to 100'),
          expect.stringContaining('there is no profile "defualt"; did you mean default?'),
        ]);
        expect((await dataflowHere(['api', 'getJobById', '--jobId', ''], { env })).code).toBe(2);
        expect(received).toEqual([]);
      },
    );
  });

  it('sends the body of stdin, and says what was done apart from the data', async () => {
    await answering(
      () => [200, true],
      async ({ env, received }) => {
        const nodes = [{ id: 1, name: 'n', type: 'SOURCE_CATALOG', parentNodeIds: [] }];
        const stdin = JSON.stringify({ name: 'sales', nodes });
        const ended = await dataflowHere(['api', 'deleteJob', '--jobId', 'job1'], { env });
        expect(ended).toMatchObject({ code: 0, stdout: '' });
        expect(afterWhere(ended.stderr)).toBe('done: delete a job\n');
        await dataflow(['api', 'verifyJob', '--body', '-'], { env, stdin });
        expect(JSON.parse(received[1]?.body ?? '')).toEqual({ name: 'sales', nodes });
      },
    );
  });

  it.each([
    [401, { error: { errorCode: '200', message: 'Authentication Failed' } }, 7],
    [404, { errorType: 'resource-not-found/JOB', title: 'Not Found', detail: 'no job' }, 10],
    [400, { errorType: 'bad-parameter', title: 'Bad Request', detail: 'odd' }, 2],
    [429, { error: { errorCode: '400', message: 'Quota Exceeded' } }, 3],
    [200, 'no json', 1],
  ])('answered %i exits with its code and shows no key', async (status, body, expected) => {
    await answering(
      () => [status, body],
      async ({ env }) => {
        const { code, stdout, stderr } = await dataflowHere(['api', 'getJobById', '--jobId', 'j'], {
          env,
        });
        expect({ code, stdout }).toEqual({ code: expected, stdout: '' });
        expect(afterWhere(stderr)).toMatch(/^dataflow: getJobById .*\n$/);
        expect(stderr).not.toContain('it is repeated');
        expectNoSecrets(stdout + stderr, [KEYS.access, KEYS.secret], 'the output');
      },
    );
  });

  it('contains an answer of 6 MB: a table cuts it, an unreadable one is a line', async () => {
    const huge = 'x'.repeat(6_000_000);
    await answering(
      (request) => [
        200,
        request.includes('job1') ? aPage([anExecution('x1', { status: huge })]) : huge,
      ],
      async ({ env }) => {
        const table = await dataflowHere(['api', 'getJobExecutions', '--jobId', 'job1'], { env });
        expect(table.code).toBe(0);
        expect(table.stdout.length).toBeLessThan(1_000);
        const unreadable = await dataflowHere(['api', 'getJobs'], { env });
        expect(unreadable.code).toBe(1);
        expect(unreadable.stderr.length).toBeLessThan(600);
      },
    );
  });
});

describe('dataflow api executeJob', () => {
  it('starts once, and says that nothing watches it', async () => {
    await answering(
      () => [200, anExecution('x1', { status: 'READY' })],
      async ({ env, received }) => {
        const args = [
          'api',
          'createJobExecution',
          '--jobId',
          'job1',
          '--jobCondition',
          '{"numWorker":4}',
        ];
        const { code, stderr } = await dataflowHere([...args, '--json'], { env });
        expect(code).toBe(0);
        expect(stderr).toContain('started execution x1; nothing watches it');
        expect(received).toEqual([
          {
            request: 'POST /api/v1/jobs/job1/executions',
            body: '{"jobCondition":{"numWorker":4}}',
          },
        ]);
      },
    );
  });

  it('with a lost answer says that it may have started, where to look, and what would settle it, and exits with 8', async () => {
    await answering(
      () => 'drop',
      async ({ env, received }) => {
        const { code, stdout, stderr } = await dataflowHere(
          ['api', 'executeJob', '--jobId', 'job1'],
          {
            env,
          },
        );
        expect({ code, stdout }).toEqual({ code: 8, stdout: '' });
        expect(stderr).toContain('may have been carried out');
        expect(stderr).toContain(
          'to check it: dataflow api getJobExecutions --jobId job1 --limit 5',
        );
        expect(stderr).toContain('dataflow run job1 starts a job once');
        expect(received).toHaveLength(1);
      },
    );
  });
});
