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
export const NIGHTLY = `# nightly-sales.yaml
pipeline: nightly-sales
parameters:
  date: { type: string }
  regions: { type: list, default: [KR, JP] }
runTimeout: 16h
concurrency: 4
defaults: { onBusy: wait, retry: { maximumAttempts: 2, initialInterval: 1m } }
steps:
  extract:  { job: sales-extract, parameters: { date: '\${{ params.date }}' } }
  clean:    { needs: [extract], job: sales-clean, forEach: '\${{ params.regions }}', parameters: { region: '\${{ item }}' } }
  approve:  { needs: [clean], approval: { timeout: 12h } }
  publish:  { needs: [approve], job: sales-publish, when: '\${{ steps.clean.succeeded == size(params.regions) }}' }
  report:   { needs: [publish], runs: always, activity: sendReport, with: { date: '\${{ params.date }}' } }
`;
