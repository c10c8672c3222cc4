import { describe, expect, it } from 'vitest';
import { definePipeline, readPipelineYaml } from '../../../pipeline/index.js';
import { readArguments } from '../../../pipeline/definition/check-parameters.js';
import { normalisePipeline, resolverOf } from '../../../pipeline/definition/normalise-pipeline.js';
import {
  namesOf,
  resolveJobs,
  resolveRemoteWorkflows,
} from '../../../pipeline/definition/resolve-names.js';
import { NIGHTLY } from './written-pipelines.js';

const resolve = ({ name }: { readonly name: string }) => ({ id: `id-${name}`, name });
const read = (text: string) => {
  const result = readPipelineYaml(text, 'p.yaml');
  if ('problems' in result) throw new Error(result.problems.join('\n'));
  return result.spec;
};
const planOf = (text: string) => {
  const result = normalisePipeline(read(text), { resolve });
  if ('problems' in result) throw new Error(result.problems.join('\n'));
  return result.plan;
};

describe('normalisePipeline', () => {
  it('turns the pipeline of the README into plain JSON with ids, defaults and bare expressions', () => {
    const plan = planOf(NIGHTLY);
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
    expect(plan).toMatchObject({
      ...{ version: 1, runTimeoutMs: 57_600_000, concurrency: 4 },
      ...{ onFailure: 'stop', holdForMs: 604_800_000 },
    });
    expect(plan.steps['clean']).toEqual({
      ...{ kind: 'job', jobId: 'id-sales-clean', jobName: 'sales-clean' },
      ...{ needs: ['extract'], runIf: 'allSucceeded', forEach: 'params.regions', jobCondition: {} },
      options: { onBusy: 'wait', retry: { maximumAttempts: 2, initialInterval: '1m' } },
      parameters: { region: '${{ item }}' },
    });
    expect(plan.steps['publish']).toMatchObject({
      when: 'steps.clean.succeeded == size(params.regions)',
    });
    expect(plan.steps['approve']).toEqual({
      ...{ kind: 'approval', needs: ['clean'], runIf: 'allSucceeded', timeoutMs: 43_200_000 },
    });
    expect(plan.steps['report']).toMatchObject({
      ...{ kind: 'activity', runIf: 'always', options: { startToCloseTimeout: 600_000 } },
    });
  });

  it('lets what a step has win over defaults; retry and parameters are merged by member', () => {
    const { steps } = planOf(`pipeline: p
defaults: { onBusy: fail, retry: { maximumAttempts: 2, initialInterval: 5m }, parameters: { a: '1', b: '2' } }
steps:
  s: { job: x, onBusy: join, retry: { maximumAttempts: 4 }, parameters: { b: '3' } }
`);
    expect(steps['s']).toMatchObject({
      options: { onBusy: 'join', retry: { maximumAttempts: 4, initialInterval: '5m' } },
      parameters: { a: '1', b: '3' },
    });
  });

  it('waits for a place where nothing says otherwise, and shortens the default of activities', () => {
    const { steps } = planOf(
      'pipeline: p\nrunTimeout: 5m\nsteps:\n  a: { job: x }\n  b: { activity: y }\n',
    );
    expect(steps['a']).toMatchObject({ options: { onBusy: 'wait' } });
    expect(steps['b']).toMatchObject({ options: { startToCloseTimeout: 300_000 } });
  });

  it('plans pipelines within it, and names what nobody found', () => {
    const spec = definePipeline({
      pipeline: 'outer',
      steps: {
        inner: { pipeline: { pipeline: 'inner', steps: { a: { job: 'x' } } } },
        remote: { remoteWorkflow: 'w', profile: 'payroll' },
      },
    });
    expect(normalisePipeline(spec, { resolve })).toMatchObject({
      plan: {
        steps: {
          inner: { kind: 'pipeline', plan: { steps: { a: { jobId: 'id-x' } } } },
          remote: { kind: 'remoteWorkflow', workflowId: 'id-w', options: { profile: 'payroll' } },
        },
      },
    });
    expect(normalisePipeline(spec, { resolve: resolverOf([]) })).toEqual({
      problems: [
        'steps.inner.pipeline.steps.a.job: there is no job x',
        'steps.remote.remoteWorkflow: there is no workflow w',
      ],
    });
  });
});

describe('names', () => {
  it('are listed once each, by profile, with those of inner pipelines', () => {
    const spec = read(`pipeline: p
defaults: { profile: payroll }
steps:
  a: { job: x }
  b: { job: x }
  c: { job: x, profile: other }
  d: { remoteWorkflow: w }
  e: { pipeline: { pipeline: q, steps: { a: { job: y } } } }
`);
    expect(namesOf(spec)).toEqual([
      { kind: 'job', name: 'x', profile: 'payroll' },
      { kind: 'job', name: 'x', profile: 'other' },
      { kind: 'remoteWorkflow', name: 'w' },
      { kind: 'job', name: 'y' },
    ]);
    const as = { id: 'id1' };
    const found = resolverOf([{ resource: { kind: 'job', name: 'x', profile: 'default' }, as }]);
    expect(found({ kind: 'job', name: 'x' })).toBe(as);
  });

  const jobs = [
    { jobId: 'a1', name: 'load' },
    { jobId: 'a2', name: 'load' },
    { jobId: 'a3', name: 'extract' },
    { jobId: 'extract', name: 'odd' },
  ];

  it('mean the job of that id, else the only one of that name', () => {
    expect(resolveJobs(['a1', 'odd', 'extract'], jobs)).toEqual({
      resolved: {
        a1: { id: 'a1', name: 'load' },
        odd: { id: 'extract', name: 'odd' },
        extract: { id: 'extract', name: 'odd' },
      },
    });
  });

  it('that mean none or several are told with candidates', () => {
    expect(resolveJobs(['load', 'extrct'], jobs)).toEqual({
      problems: [
        '2 jobs have the name load; use the id of one: a1, a2',
        'there is no job extrct; did you mean extract?',
      ],
    });
    expect(resolveRemoteWorkflows(['w'], [])).toEqual({ problems: ['there is no workflow w'] });
  });
});

describe('readArguments', () => {
  const declared = { date: { type: 'string' }, n: { type: 'number', default: 3 } } as const;

  it('fills in defaults', () => {
    expect(readArguments({ date: 'x' }, declared)).toEqual({ values: { date: 'x', n: 3 } });
  });

  it('tells all that is missing, unknown or of the wrong type', () => {
    expect(readArguments({ dat: 'x', n: '3' }, declared)).toEqual({
      problems: [
        'dat: unknown parameter; did you mean date?',
        'date: must have a value of type string: it has no default',
        'n: must be a number: the parameter is a number',
      ],
    });
  });
});
