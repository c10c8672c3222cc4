import { setTimeout as sleep } from 'node:timers/promises';
import type { JobScript } from '../../simulator/index.js';
import { createRandom } from '../../simulator/seeded-random.js';
import type { Form } from '../forms/forms.js';
import { type Bench, type ChainHandle, inStand, type Stand } from '../stand.js';
import { arrivalOf, until } from './calls.js';
import { IN_REAL_TIME } from './settings.js';

/** From one job's end to the next job's start, ms, one sample for each chain of two jobs. */
export interface StepFigures {
  /** From the arrival of the first call that shows the end to the arrival of the next executeJob. */
  readonly seenToSubmitMs: readonly number[];
  /** From the end itself: what a user feels. */
  readonly endToSubmitMs: readonly number[];
}

const CHAINS = 44;
/** Mean pause between two starts: no crowd of steps at the same moment. */
const CHAIN_EVERY_MS = 300;
const first = (nth: number): string => `first-${nth}`;
const second = (nth: number): string => `second-${nth}`;

/** The first job of each chain takes 3 to 13 s: any place between two looks that are 10 s apart. */
function jobsBy(random: () => number): readonly JobScript[] {
  return Array.from({ length: CHAINS }, (_, nth) => nth).flatMap((nth) => [
    {
      jobId: first(nth),
      type: 'SCRIPT' as const,
      executions: [{ waitingMs: 1_000, runningMs: 2_000 + Math.round(random() * 10_000) }],
    },
    {
      jobId: second(nth),
      type: 'SCRIPT' as const,
      executions: [{ never: true }],
    },
  ]);
}

/** Chains of two jobs in real time, on one worker. Over when each second job has been started. */
export async function measureSteps(bench: Bench, form: Form): Promise<StepFigures> {
  const random = createRandom(bench.seed);
  const options = { simulator: { jobs: jobsBy(random) }, ...IN_REAL_TIME };
  return await inStand(bench, form, options, async (stand) => {
    await stand.startWorker();
    const handles: ChainHandle[] = [];
    for (let nth = 0; nth < CHAINS; nth += 1) {
      const requests = [first(nth), second(nth)].map((jobId) => ({ jobId, run: jobId }));
      handles.push(await stand.start(requests));
      await sleep(random() * 2 * CHAIN_EVERY_MS);
    }
    const { simulator } = stand;
    await until(simulator, () => simulator.report().posts === CHAINS * 2);
    await Promise.all(handles.map((handle) => handle.terminate('the step has been measured')));
    return figuresOf(stand);
  });
}

function figuresOf({ simulator }: Stand): StepFigures {
  const log = simulator.log();
  const steps = Array.from({ length: CHAINS }, (_, nth) => {
    const { executionId, endAt } = simulator.executions(first(nth))[0]!;
    const seenAt = arrivalOf(log, { operation: 'getJobExecutionById', executionId }, endAt);
    const postedAt = arrivalOf(log, { operation: 'executeJob', jobId: second(nth) });
    return { endAt, seenAt, postedAt };
  });
  return {
    seenToSubmitMs: steps.map(({ seenAt, postedAt }) => postedAt - seenAt),
    endToSubmitMs: steps.map(({ endAt, postedAt }) => postedAt - endAt),
  };
}
