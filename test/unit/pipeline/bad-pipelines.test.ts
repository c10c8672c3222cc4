import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { problemsOfYaml, withLastStep } from './written-pipelines.js';

const FOLDER = new URL('./bad/', import.meta.url);

interface Bad {
  readonly title: string;
  /** Line, column, place, what to do. */
  readonly problems: readonly string[];
  readonly text: string;
}

/**
 * The pipelines of one file of `bad/`: each begins with `### title`, then `#! ` and a problem for each of its problems,
 * then its text, from whose first line lines are counted. What stands before the first title begins each of them.
 */
function readBad(name: string): readonly Bad[] {
  const [prefix = '', ...sections] = readFileSync(new URL(name, FOLDER), 'utf8').split(/^### /m);
  return sections.map((section) => {
    const [title = '', ...lines] = section.split('\n');
    const first = lines.findIndex((line) => !line.startsWith('#! '));
    const problems = lines.slice(0, first).map((line) => line.slice('#! '.length));
    return { title, problems, text: prefix + lines.slice(first).join('\n') };
  });
}

const jobs = (count: number): string =>
  Array.from({ length: count }, (_, nth) => `  s${nth}: { job: x }\n`).join('');
const names = Array.from({ length: 1_001 }, (_, nth) => `s${nth}`).join(', ');

/** Too long to be written down. */
const LONG: readonly Bad[] = [
  {
    title: 'more than 1000 steps',
    problems: ['3:3: steps: must have at most 1000 steps'],
    text: `pipeline: p\nsteps:\n${jobs(1_001)}`,
  },
  {
    title: 'more than 1000 needs',
    problems: [
      '3:3: steps: must have at most 1000 steps',
      '1003:17: steps.all.needs: must have at most 1000 steps',
    ],
    text: `pipeline: p\nsteps:\n${jobs(1_000)}  all: { needs: [${names}], job: x }\n`,
  },
  {
    title: 'too long an expression',
    problems: ['14:15: steps.last.when: has 2017 characters, at most 2000'],
    text: withLastStep(`    when: \${{ params.date == '${'x'.repeat(2_000)}' }}\n`),
  },
  {
    title: 'too many terms',
    problems: ['14:15: steps.last.when: has more than 500 terms'],
    text: withLastStep(`    when: \${{ 1${' + 1'.repeat(300)} > 2 }}\n`),
  },
];

const BAD = [...readdirSync(FOLDER).map((name) => [name, readBad(name)] as const)];

describe.each([...BAD, ['what is too long', LONG] as const])(
  'readPipelineYaml refuses, with every problem and where it stands (%s)',
  (_, pipelines) => {
    it.each(pipelines)('$title', ({ text, problems }) => {
      expect(problems.length).toBeGreaterThan(0);
      expect(problemsOfYaml(text)).toEqual(problems);
    });
  },
);
