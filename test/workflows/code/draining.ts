import {
  condition,
  continueAsNew,
  defineSignal,
  defineUpdate,
  setHandler,
} from '@temporalio/workflow';
import { runJob, startPipeline } from '../../../workflow.js';

export * from '../../../workflows/index.js';

/** Asks a pipeline for its state that ends meanwhile, then runs a job. */
export async function runsJobAfterState(pipeline: object, jobId: string): Promise<unknown> {
  const state = await startPipeline(pipeline).state();
  const { execution } = await runJob({ jobId });
  return { state, status: execution.status };
}

/** Hands a pipeline over and runs a job before it continues as new. */
export async function runsJobAfterHandOver(pipeline: object, jobId: string): Promise<unknown> {
  const handle = startPipeline(pipeline);
  await condition(() => handle.progress()?.steps['ask']?.status === 'running');
  const state = await handle.state();
  const { execution } = await runJob({ jobId });
  return { handedOver: state !== undefined, status: execution.status };
}

export const askForStates = defineSignal('askForStates');
export const awaitFirst = defineUpdate<string>('awaitFirst');

/** Asks two pipelines for their states, one after the other, while handlers of both kinds are open. */
export async function statesOfTwo(first: object, second: object): Promise<boolean> {
  const [a, b] = [startPipeline(first), startPipeline(second)];
  const asked = { forStates: false };
  setHandler(askForStates, () => {
    asked.forStates = true;
  });
  setHandler(awaitFirst, async () => (await a.result()).outcome);
  await condition(() => asked.forStates);
  const states = [await a.state(), await b.state()];
  return states.every((state) => state !== undefined);
}

/** Runs one pipeline in each of some rounds, between which it continues as new; gives the key of each run. */
export async function onePerRound(
  pipeline: object,
  rounds: number,
  keys: readonly string[] = [],
): Promise<readonly string[]> {
  const { key } = await startPipeline(pipeline).result();
  const all = [...keys, key];
  if (all.length < rounds) await continueAsNew<typeof onePerRound>(pipeline, rounds, all);
  return all;
}

/** Runs one pipeline twice at once; gives the key and the child workflows of both. */
export async function twiceAtOnce(
  pipeline: object,
): Promise<readonly (readonly [key: string, children: readonly string[]])[]> {
  const handles = [startPipeline(pipeline), startPipeline(pipeline)];
  await Promise.all(handles.map((handle) => handle.result()));
  return handles.map((handle) => {
    const { key = '', steps = {} } = handle.progress() ?? {};
    return [key, Object.values(steps).flatMap(({ childWorkflowIds = [] }) => childWorkflowIds)];
  });
}
