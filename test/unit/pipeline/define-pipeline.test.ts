import { describe, expect, it } from 'vitest';
import {
  definePipeline,
  InvalidPipelineError,
  type PipelineSpec,
} from '../../../pipeline/index.js';

const problemsOf = (spec: unknown): readonly string[] => {
  try {
    definePipeline(spec as PipelineSpec);
    return [];
  } catch (error) {
    return error instanceof InvalidPipelineError ? error.problems : [String(error)];
  }
};

describe('definePipeline', () => {
  it('gives the pipeline back as plain JSON', () => {
    const spec = definePipeline({
      pipeline: 'nightly',
      steps: {
        extract: { job: 'sales-extract' },
        report: { needs: ['extract'], runIf: 'always', activity: 'sendReport' },
      },
    });
    expect(JSON.parse(JSON.stringify(spec))).toEqual(spec);
    expect(Object.keys(spec.steps)).toEqual(['extract', 'report']);
  });

  it('names all problems with their paths, an expression by its character', () => {
    const job = { job: 'x', needs: ['b'], when: '${{ params.dat }}' };
    const spec = { pipeline: '9', steps: { a: { ...job, numWorker: 11 } } };
    expect(problemsOf(spec)).toEqual([
      'pipeline: must be 1 to 64 letters, digits, _ or -, the first a letter or _',
      'steps.a.numWorker: must be an integer from 2 to 10, or an expression ${{ … }}',
      'steps.a.needs[0]: there is no step b',
      'steps.a.when: params has no parameter dat; none is declared (character 12)',
    ]);
  });

  it('fails as DataFlowInvalidInput, and tells all in its message', () => {
    const spec = { pipeline: 'p', steps: { a: { job: 'x', runIf: 'anyFailed' } } };
    expect(() => definePipeline(spec as PipelineSpec)).toThrow(
      'pipeline p cannot be used:\nsteps.a.runIf: must not be anyFailed without needs: the step would never run',
    );
    expect(new InvalidPipelineError('it', []).failure).toBe('DataFlowInvalidInput');
  });

  it.each([null, undefined, 'text', 5, [], () => 1])('refuses %s', (value) => {
    expect(problemsOf(value)).toHaveLength(1);
  });

  it('does not compile with a step in needs that is not there', () => {
    const unknownStep = (): unknown =>
      definePipeline({
        pipeline: 'p',
        steps: {
          extract: { job: 'x' },
          // @ts-expect-error there is no step `extrct`
          load: { job: 'y', needs: ['extrct'] },
        },
      });
    expect(unknownStep).toThrow('steps.load.needs[0]: there is no step extrct');
  });

  it('does not compile with a member that no step has', () => {
    const unknownMember = (): unknown =>
      definePipeline({
        pipeline: 'p',
        // @ts-expect-error it is `numWorker`
        steps: { a: { job: 'x', numWorkers: 4 } },
      });
    expect(unknownMember).toThrow('steps.a.numWorkers: unknown property; did you mean numWorker?');
  });
});
