import type { RunJobResult } from '../../contract/run.js';
import type { ModelWorker, PlanOf } from './model-worker.js';
import type { ModelWorkflow } from './model-workflow.js';
import type { CallPlan } from './wire.js';
import { World, type WorldOptions } from './world.js';

/** Course of the n-th POST. The function is called just before the POST, and may change the world. */
export type PostScript = CallPlan | ((world: World, sender: ModelWorker) => CallPlan);

const POST_MADE = 'a POST is made';

export interface ScriptOptions extends Omit<WorldOptions, 'planOf'> {
  /** @default 2 */
  readonly workers?: number;
  /** Course of calls other than POSTs. */
  readonly planReads?: PlanOf;
}

/** A world without faults and delays, except for the POSTs of the script. */
export function scriptedWorld(
  posts: readonly PostScript[],
  { workers = 2, planReads = () => ({}), ...options }: ScriptOptions = {},
): World {
  let made = 0;
  const world: World = new World({
    job: { maxConcurrentRuns: 10, executions: [{ waitingMs: 1_000, runningMs: 300_000 }] },
    ...options,
    planOf: (call, sender) => {
      if (call.operation !== 'executeJob') return planReads(call, sender);
      const script = posts[made] ?? {};
      made += 1;
      world.time.note(POST_MADE);
      return typeof script === 'function' ? script(world, sender) : script;
    },
  });
  for (let index = 0; index < workers; index += 1) world.addWorker();
  return world;
}

/** Starts a workflow at the beginning of the world. */
export function startWorkflow(
  world: World,
  request: Parameters<World['addWorkflow']>[0] = {},
  atMs = 0,
): ModelWorkflow {
  const workflow = world.addWorkflow(request);
  world.at(atMs, () => {
    workflow.start();
  });
  return workflow;
}

/** Result of a workflow. @throws the failure of a failed one */
export function resultOf({ end }: ModelWorkflow): RunJobResult {
  if (end !== undefined && 'result' in end) return end.result;
  throw new Error('the workflow has no result', { cause: end });
}

export function endOf({ end }: ModelWorkflow): {
  readonly type: string | undefined;
  readonly message: string;
  readonly unknown: string | undefined;
  readonly candidates: readonly string[];
} {
  const ended = end !== undefined && 'error' in end ? end.ended : undefined;
  if (ended === undefined)
    throw new Error('the workflow did not end as a run ends', { cause: end });
  const { failure, message, unknown } = ended;
  return { type: failure?.type, message, unknown, candidates: failure?.details.candidates ?? [] };
}

/** Ids of the executions that POSTs started. */
export const postedIds = (world: World): readonly string[] =>
  world.service
    .executions()
    .filter(({ origin }) => origin === 'post')
    .map(({ executionId }) => executionId);

/** Number of POSTs that workers began, sent or not. */
export const postsMade = (world: World): number =>
  world.time.diary.filter((line) => line.endsWith(POST_MADE)).length;

/** Lags that together take almost all of `maxListingDelay`. */
export const LATEST: CallPlan = { creationLagMs: 15_000, listLagMs: 14_990 };
