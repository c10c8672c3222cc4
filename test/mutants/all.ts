// npm run mutants:all [-- <group …>]: a tool breaks each expression of the code in turn; the tests of its group must
// fail. Writes the score and every break that no test noticed to .cache/mutants/<group>.md. Runs at the lowest
// priority, one process at a time: for the night.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { join, relative } from 'node:path';
import { Instrumenter } from '@stryker-mutator/instrumenter';
import { copyTree, COVERED_VARIABLE, type Ended, ROOT, vitest } from './copied-tree.js';
import { type Group, GROUPS } from './groups.js';
import { type Break, reportOf, type Tried } from './report.js';

/** Mutations that are not made: messages, of which tests quote the parts that matter. */
const LEFT_ALONE = ['StringLiteral'];
/**
 * A break may make a test run for ever. The time limit is this factor of the time without a break, and at least
 * MIN_LIMIT_MS.
 */
const LIMIT_FACTOR = 5;
const MIN_LIMIT_MS = 20_000;

/** Tests of a group that run in one process, and the breaks that they meet. */
interface Stage {
  readonly run: (env: Readonly<Record<string, string>>, limitMs?: number) => Promise<Ended>;
  readonly covers: ReadonlySet<string> | undefined;
  readonly limitMs: number;
}

const silent = new Proxy({}, { get: () => () => false }) as never;

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
      ...{ id, file: relative(copy, fileName), line: location.start.line + 1, kind: mutatorName },
      becomes: replacement.replaceAll(/\s+/g, ' ').slice(0, 100),
    }));
}

/** Runs a stage without a break: it must pass. */
async function openStage(
  copy: string,
  { onServer }: Group,
  tests: readonly string[],
): Promise<Stage> {
  const how = onServer ? ['--project', 'temporal'] : ['--config', 'vitest.mutants.config.ts'];
  const args = [...how, ...tests, '--bail', '1', '--reporter', 'dot'];
  const run: Stage['run'] = (env, limitMs) => vitest(copy, args, limitMs, env);
  const covered = join(copy, '.covered');
  rmSync(covered, { force: true });
  const startedMs = performance.now();
  const { code, output } = await run({ [COVERED_VARIABLE]: covered });
  if (code !== 0) throw new Error(`without a break these tests fail:\n${output.slice(-3_000)}`);
  return {
    run,
    covers: onServer ? undefined : new Set(readFileSync(covered, 'utf8').split('\n')),
    limitMs: Math.max(MIN_LIMIT_MS, LIMIT_FACTOR * (performance.now() - startedMs)),
  };
}

async function tryBreak(stages: readonly Stage[], { id }: Break): Promise<Tried['how']> {
  const meeting = stages.filter(({ covers }) => covers?.has(id) !== false);
  for (const { run, limitMs } of meeting) {
    const { code } = await run({ __STRYKER_ACTIVE_MUTANT__: id }, limitMs);
    if (code === undefined) return 'endless';
    if (code !== 0) return 'noticed';
  }
  return meeting.length === 0 ? 'notMet' : 'survived';
}

const STRIDE = 16;
/** Every sixteenth break, then each one after those, and so on: a run that is ended early has tried a fair sample. */
const spread = (breaks: readonly Break[]): Break[] =>
  Array.from({ length: STRIDE }, (_, first) =>
    breaks.filter((_, nth) => nth % STRIDE === first),
  ).flat();

async function measure(group: Group): Promise<void> {
  const copy = copyTree();
  try {
    const breaks = await instrument(copy, group.files);
    const stages: Stage[] = [];
    for (const tests of group.stages) stages.push(await openStage(copy, group, tests));
    const path = join(ROOT, '.cache/mutants', `${group.name}.md`);
    mkdirSync(join(ROOT, '.cache/mutants'), { recursive: true });
    const tried: Tried[] = [];
    for (const one of spread(breaks)) {
      tried.push({ ...one, how: await tryBreak(stages, one) });
      writeFileSync(path, reportOf(group.name, breaks.length, tried));
    }
    console.log(readFileSync(path, 'utf8'));
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

const names = process.argv.slice(2);
const unknown = names.filter((name) => !GROUPS.some((group) => group.name === name));
if (unknown.length > 0) {
  throw new Error(
    `no such group: ${unknown.join(', ')}; there are ${GROUPS.map(({ name }) => name).join(', ')}`,
  );
}
setPriority(constants.priority.PRIORITY_LOW);
for (const group of GROUPS) {
  if (names.length === 0 || names.includes(group.name)) await measure(group);
}
