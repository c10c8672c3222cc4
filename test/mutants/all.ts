// npm run mutants:all [-- <expression over files>]: a tool breaks each expression of the pure rules in turn; the unit
// tests of these rules must fail. Prints the score of each group and every break that no test noticed. For the night.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Instrumenter } from '@stryker-mutator/instrumenter';
import { copyTree, ROOT, vitest } from './copied-tree.js';

interface Group {
  readonly name: string;
  /** Files that are broken. */
  readonly files: readonly string[];
  /** Tests that must notice. */
  readonly tests: readonly string[];
}

const unit = (folder: string, names: string): string[] =>
  names.split(' ').map((name) => `test/unit/${folder}/${name}.test.ts`);
const jobRun = (names: string): string[] =>
  names.split(' ').map((name) => `workflows/job-run/${name}.ts`);

const GROUPS: readonly Group[] = [
  {
    name: 'submission',
    files: jobRun(
      'submit-state job-submission submit match-criteria duplicates attempts wait state',
    ),
    tests: unit(
      'workflows',
      'answers bad-state durations-travel ending joined several-runs submission submit-state watching',
    ),
  },
  {
    name: 'planner',
    files: readdirSync(join(ROOT, 'pipeline/planner')).map((name) => `pipeline/planner/${name}`),
    tests: ['test/unit/pipeline/planner', 'test/model/planner.test.ts'],
  },
];

/** Texts of messages are for people: their tests quote the parts that matter. */
const LEFT_ALONE = ['StringLiteral'];
/** Much longer than the tests take; a break may make one run for ever. */
const LIMIT_MS = 60_000;
const AT_ONCE = 2;

const asked = new RegExp(process.argv.slice(2).join(' '));
const silent = new Proxy({}, { get: () => () => false }) as never;

interface Break {
  readonly id: string;
  readonly what: string;
}

/** Puts every break into the copied files, switched off. */
async function instrument(copy: string, names: readonly string[]): Promise<Break[]> {
  const given = names.map((name) => {
    const path = join(copy, name);
    return { name: path, content: readFileSync(path, 'utf8'), mutate: true };
  });
  const options = { plugins: null, excludedMutations: LEFT_ALONE, ignorers: [] };
  const { files, mutants } = await new Instrumenter(silent).instrument(given, options);
  for (const { name, content } of files) writeFileSync(name, content);
  return mutants
    .filter(({ status }) => status !== 'Ignored')
    .map(({ id, fileName, location, mutatorName, replacement }) => ({
      id,
      what: `${relative(copy, fileName)}:${location.start.line + 1} ${mutatorName} → ${replacement.replaceAll(/\s+/g, ' ').slice(0, 100)}`,
    }));
}

async function measure(copy: string, { name, files, tests }: Group): Promise<void> {
  const broken = files.filter((file) => asked.test(file));
  if (broken.length === 0) return;
  const breaks = await instrument(copy, broken);
  const args = [...tests, '--bail', '1', '--reporter', 'dot'];
  const { code, output } = await vitest(copy, args);
  if (code !== 0)
    throw new Error(`the tests of ${name} fail without a break:\n${output.slice(-3_000)}`);
  const queue = [...breaks];
  const survived: string[] = [];
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const ended = await vitest(copy, args, LIMIT_MS, { __STRYKER_ACTIVE_MUTANT__: next.id });
      if (ended.code === 0) {
        survived.push(next.what);
        console.log(`SURVIVED ${next.what}`);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const killed = breaks.length - survived.length;
  const score = (100 * killed) / breaks.length;
  console.log(`${name}: ${killed} of ${breaks.length} breaks noticed, score ${score.toFixed(1)}`);
}

const copy = copyTree();
try {
  for (const group of GROUPS) await measure(copy, group);
} finally {
  rmSync(copy, { recursive: true, force: true });
}
