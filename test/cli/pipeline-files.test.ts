import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { dataflow, dataflowHere } from '../support/cli.js';

const fixture = (name: string): string =>
  fileURLToPath(new URL(`./pipelines/${name}.yaml`, import.meta.url));

const STEPS = 'steps:\n  a: { job: x }\n';

describe('dataflow pipeline validate', () => {
  it.each([
    [
      'two expressions in one value (P5)',
      'two-expressions-in-one-value',
      [
        ':4:52: steps.load.when: must be one expression that gives true or false: put all of it inside one ${{ }}',
        ':5:58: steps.count.numWorker: must be one expression that gives a number: put all of it inside one ${{ }}',
      ],
    ],
    [
      'an expression without quotes, once (P8)',
      'expression-without-quotes',
      [":4:43: an expression must be in quotes here: '${{ … }}'"],
    ],
  ])('refuses %s, with place and remedy', async (_, name, problems) => {
    const file = fixture(name);
    const { code, stdout } = await dataflowHere(['pipeline', 'validate', file]);
    expect(code).toBe(2);
    expect(stdout.trimEnd().split('\n')).toEqual(problems.map((problem) => file + problem));
  });

  it.each([
    ['names that every object has (P6)', 'names-of-every-object', 2],
    ['comments and raw strings of CEL (P8)', 'comment-and-raw-string', 2],
    ['an alarm two steps below (P9)', 'alarm-two-steps-below', 3],
  ])('takes %s', async (_, name, steps) => {
    const file = fixture(name);
    expect(await dataflowHere(['pipeline', 'validate', file])).toEqual({
      code: 0,
      stdout: `${file}: valid (pipeline ${name}, ${steps} steps)\n`,
      stderr: '',
    });
  });

  it.each([
    [
      'a second document',
      `pipeline: a\n${STEPS}---\npipeline: b\n${STEPS}`,
      '4:1: a second document begins here: one file holds one pipeline',
    ],
    [
      'a no-break space as indent',
      'pipeline: a\nsteps:\n\u00a0\u00a0a: { job: x }\n',
      '3:1: the line must be indented with spaces: it begins with a no-break space',
    ],
    [
      'a parameter whose name is a word of CEL',
      'pipeline: a\nparameters: { in: { type: string } }\nsteps:\n  a: { job: x, when: "${{ params.in == 1 }}" }\n',
      '4:34: steps.a.when: in is a word of CEL itself: write ["in"], not .in',
    ],
  ])('refuses %s, with place and remedy (P13)', async (_, stdin, problem) => {
    const { code, stdout } = await dataflow(['pipeline', 'validate', '-'], { stdin });
    expect({ code, stdout }).toEqual({ code: 2, stdout: `stdin:${problem}\n` });
  });

  it('takes a byte order mark (P13)', async () => {
    const stdin = `\uFEFFpipeline: a\n${STEPS}`;
    const { code, stdout } = await dataflow(['pipeline', 'validate', '-'], { stdin });
    expect({ code, stdout }).toEqual({ code: 0, stdout: '-: valid (pipeline a, 1 step)\n' });
  });
});

describe('dataflow pipeline run and plan', () => {
  it.each([['run'], ['plan', '--offline']])(
    '%s refuses an integer that would become another one (P7)',
    async (...args) => {
      const number = ['-p', 'id=9007199254740993', '-p', 'ids=[[9007199254740993]]'];
      const { code, stdout, stderr } = await dataflowHere([
        ...['pipeline', ...args, fixture('order-numbers'), ...number],
      ]);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      for (const name of ['id', 'ids'])
        expect(stderr).toMatch(
          new RegExp(`-p ${name}: .* cannot be kept exactly.*make the parameter a string`),
        );
    },
  );

  it('refuse a parameter that is given twice, pipeline and job alike (P13)', async () => {
    const pipeline = ['pipeline', 'run', fixture('order-numbers'), '-p', 'id=1', '-p', 'id=2'];
    const job = ['run', 'jobA', '--parameter', 'p=1', '--parameter', 'p=2'];
    for (const [args, words] of [
      [pipeline, '-p id: given twice'],
      [job, '--parameter p: given twice'],
    ] as const) {
      const { code, stderr } = await dataflowHere(args);
      expect(code).toBe(2);
      expect(stderr).toContain(words);
    }
  });
});

describe('dataflow pipeline simulate', () => {
  const NIGHTLY = 'examples/pipelines/nightly-sales.yaml';
  const simulate = (...args: readonly string[]) =>
    dataflowHere(['pipeline', 'simulate', NIGHTLY, ...args]);

  it('shows the steps as watch does, and every start with its input', async () => {
    const outcome = 'clean[1]=failed';
    const { code, stdout } = await simulate('-p', 'date=2026-11-21', '--outcome', outcome);
    expect(code).toBe(0);
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.trimEnd()),
    ).toEqual([
      'pipeline nightly-sales  failed (simulated)',
      '',
      'step     kind      status     items          execution',
      'extract  job       succeeded  -              simulated-1',
      'clean    job       failed     1/2 succeeded  -',
      '  1 of 2 items failed, the first is JP: simulated',
      'approve  approval  skipped    -              -',
      '  clean failed',
      'publish  job       skipped    -              -',
      '  approve was skipped',
      'report   activity  succeeded  -              -',
      '',
      'start  step      runs           input',
      '1      extract   sales-extract  {"parameters":{"date":"2026-11-21"}}',
      '2      clean KR  sales-clean    {"parameters":{"region":"KR"}}',
      '3      clean JP  sales-clean    {"parameters":{"region":"JP"}}',
      '4      report    sendReport     {"date":"2026-11-21"}',
    ]);
  });

  it('gives the same as JSON', async () => {
    const args = ['-p', 'date=x', '--outcome', 'approve=rejected', '--json'];
    const { stdout } = await simulate(...args);
    expect(JSON.parse(stdout)).toMatchObject({
      outcome: 'failed',
      steps: { approve: { status: 'failed', decision: { approved: false } } },
      started: [{ step: 'extract' }, {}, {}, { step: 'approve' }, { step: 'report' }],
    });
  });

  it('refuses wrong flags together', async () => {
    const { code, stderr } = await simulate('--outcome', 'x', '--output', 'clean={');
    expect(code).toBe(2);
    expect(stderr).toContain('--outcome x: must be step=outcome');
    expect(stderr).toContain('--output clean={: must be step=<JSON>');
  });
});
