import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { inSoak } from '../support/in-soak.js';
import { playCase } from './play-case.js';
import { problemsOf, reportOf } from './properties.js';
import { lateCase, type ModelCase, modelCase } from './random-case.js';
import type { World } from './world.js';

vi.mock('@temporalio/workflow', () => import('./workflow-sdk.js'));

/** MODEL_SEED draws other cases. A failure shows seed, path and its shortest schedule. */
const RUNS = Number(process.env['MODEL_RUNS'] ?? inSoak(250, 5_000));
const SEED = Number(process.env['MODEL_SEED'] ?? 20_260_901);
const AN_HOUR = 3_600_000;

/** Problems that a service can cause that lists too late. All other promises hold. */
const OF_LATENESS = / (started|is ours and not named|is left running|says that nothing runs)/;

/** Problems that an answer can cause that names the execution of another start. */
const OF_ANSWERS = / is ours and not named| is called surely ours|'s and |is left running/;

/** Problems that docs/guarantees.md names for a service with such habits. All other promises hold. */
function isNamed(problem: string, { habits, exactMatch }: ModelCase, { temporal }: World): boolean {
  if (temporal.hidSubmit && OF_LATENESS.test(problem)) return true;
  // A worker that dies, or another reader, may have seen the only listing.
  if (habits.listedFor === 'once' && OF_LATENESS.test(problem)) return true;
  // Without a run key, a new execution of another submission in an answer cannot be told from ours.
  if (habits.startAnswer === 'oldest-id' && exactMatch !== 'runKey' && OF_ANSWERS.test(problem))
    return true;
  // Without a retry the first reading is reported.
  const isShownFailed = habits.shownFailedMs !== undefined;
  return isShownFailed && / (reports FAILED|is left running|says that nothing runs)/.test(problem);
}

describe('runs under random faults, on a virtual clock', () => {
  it(
    'start each submission at most once, lose none, stop nothing foreign and report the truth',
    async () => {
      const deep = await playAll(modelCase, RUNS, (world, drawn) => {
        const problems = problemsOf(world).filter((problem) => !isNamed(problem, drawn, world));
        expect(problems, world.time.diary.join('\n')).toEqual([]);
      });
      expect(deep).toBeGreaterThanOrEqual(0.3);
    },
    AN_HOUR,
  );

  it(
    'stop nothing foreign and report the truth also where executions are listed later than assumed',
    async () => {
      await playAll(lateCase, Math.ceil(RUNS / 10), (world, drawn) => {
        const problems = problemsOf(world).filter(
          (problem) => !OF_LATENESS.test(problem) && !isNamed(problem, drawn, world),
        );
        expect(problems, world.time.diary.join('\n')).toEqual([]);
      });
    },
    AN_HOUR,
  );
});

/** Plays so many cases; returns the share of those with a second submit or an adoption. */
async function playAll(
  cases: fc.Arbitrary<ModelCase>,
  numRuns: number,
  check: (world: World, drawn: ModelCase) => void,
): Promise<number> {
  const seen = { cases: 0, deep: 0, events: 0 };
  const startedMs = performance.now();
  const property = fc.asyncProperty(cases, async (drawn) => {
    const world = await playCase(drawn);
    seen.cases += 1;
    seen.events += world.time.count;
    if (isDeep(world)) seen.deep += 1;
    check(world, drawn);
  });
  await fc.assert(property, { numRuns, seed: SEED });
  const share = seen.deep / seen.cases;
  const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1);
  process.stdout.write(
    `model: ${seen.cases} cases, seed ${SEED}, ${Math.round(share * 100)} % with a second submit or an adoption, ` +
      `${seen.events} events, ${seconds} s\n`,
  );
  return share;
}

const isDeep = ({ workflows }: World): boolean =>
  workflows.some((workflow) => workflow.submits > 1 || reportOf(workflow).how === 'adopted');
