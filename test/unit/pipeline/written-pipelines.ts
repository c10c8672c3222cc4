import { readFileSync } from 'node:fs';
import { readPipelineYaml } from '../../../pipeline/index.js';

/** What is told of a YAML text, without the name of its file; nothing when it is right. */
export function problemsOfYaml(text: string): readonly string[] {
  const result = readPipelineYaml(text, 'p.yaml');
  return 'problems' in result
    ? result.problems.map((problem) => problem.replace(/^p\.yaml:/, ''))
    : [];
}

/** A pipeline whose last step, from line 11 on, has these members too. `other` is not upstream of it. */
export const withLastStep = (members: string): string => `pipeline: p
parameters:
  date: { type: string }
  n: { type: number }
  full: { type: boolean }
  regions: { type: list }
steps:
  extract: { job: x }
  load-kr: { job: x, needs: [extract] }
  other: { job: x }
  last:
    job: x
    needs: [load-kr]
${members}`;

/** The pipeline of the README. */
export const NIGHTLY = readFileSync(
  new URL('../../../examples/pipelines/nightly-sales.yaml', import.meta.url),
  'utf8',
);
