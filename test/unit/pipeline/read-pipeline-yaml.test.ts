import { describe, expect, it } from 'vitest';
import { readPipelineYaml } from '../../../pipeline/index.js';
import { NIGHTLY } from './written-pipelines.js';

const outer = (file: string): string =>
  `pipeline: outer\nsteps:\n  sales:\n    pipeline: ${file}\n    parameters: { date: x }\n`;
const FILES: Readonly<Record<string, string>> = {
  'sales.yaml': NIGHTLY,
  'wrong.yaml': 'pipeline: wrong\nsteps:\n  a: { job: x, needs: [b] }\n',
  'broken.yaml': 'pipeline: [\n',
  'loop.yaml': outer('loop.yaml'),
};
const readFile = (fileName: string) => {
  const text = FILES[fileName];
  return text === undefined ? undefined : { fileName, text };
};
const problemsOf = (file: string): readonly string[] => {
  const result = readPipelineYaml(outer(file), 'outer.yaml', { readFile });
  return 'problems' in result ? result.problems : [];
};

describe('readPipelineYaml', () => {
  it('takes the pipeline of the README, under either kind of line end and with a schema comment', () => {
    const comment = '# yaml-language-server: $schema=./pipeline.schema.json\n';
    for (const text of [NIGHTLY, comment + NIGHTLY, NIGHTLY.replaceAll('\n', '\r\n')])
      expect(readPipelineYaml(text, 'nightly-sales.yaml')).toMatchObject({
        spec: { pipeline: 'nightly-sales', concurrency: 4 },
      });
  });

  it('takes 1000 steps, each in need of the one before it', () => {
    const steps = Array.from(
      { length: 1_000 },
      (_, nth) => `  s${nth}: { job: x${nth > 0 ? `, needs: [s${nth - 1}]` : ''} }`,
    ).join('\n');
    const read = readPipelineYaml(`pipeline: p\nsteps:\n${steps}\n`, 'p.yaml');
    expect('spec' in read && Object.keys(read.spec.steps)).toHaveLength(1_000);
  });

  it('takes anchors and aliases in moderation', () => {
    const text = 'pipeline: p\nsteps:\n  a: &a { job: x }\n  b: *a\n';
    expect(readPipelineYaml(text, 'p.yaml')).toMatchObject({
      spec: { steps: { b: { job: 'x' } } },
    });
  });

  it('merges with <<, where a key of the object itself comes first, and drops what begins with x-', () => {
    const text = `pipeline: p
x-owner: data team
x-large: &large { numWorker: 8, x-note: for Spark, retry: { maximumAttempts: 3 } }
defaults: { x-note: none, onBusy: fail }
steps:
  a: { <<: *large, job: x, numWorker: 4, x-note: slow }
  b: { pipeline: { pipeline: q, x-note: inner, steps: { c: { <<: [{ job: y }, *large] } } } }
`;
    const large = { retry: { maximumAttempts: 3 } };
    expect(readPipelineYaml(text, 'p.yaml')).toEqual({
      spec: {
        pipeline: 'p',
        defaults: { onBusy: 'fail' },
        steps: {
          a: { job: 'x', numWorker: 4, ...large },
          b: { pipeline: { pipeline: 'q', steps: { c: { job: 'y', numWorker: 8, ...large } } } },
        },
      },
    });
  });

  it('puts files in the place of their names', () => {
    expect(readPipelineYaml(outer('sales.yaml'), 'outer.yaml', { readFile })).toMatchObject({
      spec: { steps: { sales: { pipeline: { pipeline: 'nightly-sales' } } } },
    });
  });

  it.each([
    [
      'wrong.yaml',
      [
        'outer.yaml:5:19: steps.sales.parameters.date: unknown parameter; it takes none',
        'wrong.yaml:3:24: steps.a.needs[0]: there is no step b',
      ],
    ],
    ['none.yaml', ['outer.yaml:4:15: steps.sales.pipeline: there is no file none.yaml']],
    [
      'loop.yaml',
      ['loop.yaml:4:15: steps.sales.pipeline: cycle: outer.yaml → loop.yaml → loop.yaml'],
    ],
    ['broken.yaml', [expect.stringMatching(/^broken\.yaml:2:1: /)]],
  ])('tells what is wrong in the file that holds it: %s', (file, problems) => {
    expect(problemsOf(file)).toEqual(problems);
  });
});
