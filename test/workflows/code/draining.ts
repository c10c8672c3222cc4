import {
  condition,
  continueAsNew,
  defineSignal,
  defineUpdate,
  setHandler,
} from '@temporalio/workflow';
import type { HandedOverRun, PipelineProgress } from '../../../contract/pipeline-run.js';
import { runJob, startPipelineRun } from '../../../workflow.js';

export * from '../../../workflows/index.js';

/** Asks a pipeline for its state, which ends before it answers, then runs a job. */
export async function runsJobAfterState(pipeline: object, jobId: string): Promise<unknown> {
  const state = await startPipelineRun(pipeline).state();
  const { execution } = await runJob({ jobId });
  return { state, status: execution.status };
}

/** Hands a pipeline over, and runs a job before the workflow continues as new. */
export async function runsJobAfterHandOver(pipeline: object, jobId: string): Promise<unknown> {
  const handle = startPipelineRun(pipeline);
  await condition(() => handle.progress()?.steps['ask']?.status === 'running');
  const state = await handle.state();
  const { execution } = await runJob({ jobId });
  return { handedOver: state !== undefined, status: execution.status };
}

export const askForStates = defineSignal('askForStates');
export const awaitFirst = defineUpdate<string>('awaitFirst');

/** Asks two pipelines for their states, one after the other, while handlers of both kinds are open. */
export async function statesOfTwo(first: object, second: object): Promise<boolean> {
  const [a, b] = [startPipelineRun(first), startPipelineRun(second)];
  const asked = { forStates: false };
  setHandler(askForStates, () => {
    asked.forStates = true;
  });
  setHandler(awaitFirst, async () => (await a.result()).outcome);
  await condition(() => asked.forStates);
  const states = [await a.state(), await b.state()];
  return states.every((state) => state !== undefined);
}

/** Runs one pipeline per round and continues as new between rounds; returns the key of each run. */
export async function onePerRound(
  pipeline: object,
  rounds: number,
  keys: readonly string[] = [],
): Promise<readonly string[]> {
  const { key } = await startPipelineRun(pipeline).result();
  const all = [...keys, key];
  if (all.length < rounds) await continueAsNew<typeof onePerRound>(pipeline, rounds, all);
  return all;
}

/** Runs one pipeline twice at the same time; returns key and child workflows of both. */
export async function twiceAtOnce(
  pipeline: object,
): Promise<readonly (readonly [key: string, children: readonly string[]])[]> {
  const handles = [startPipelineRun(pipeline), startPipelineRun(pipeline)];
  await Promise.all(handles.map((handle) => handle.result()));
  return handles.map((handle) => {
    const { key = '', steps = {} } = handle.progress() ?? {};
    return [key, Object.values(steps).flatMap(({ childWorkflowIds = [] }) => childWorkflowIds)];
  });
}

/** How the steps of a pipeline stood when it ended. */
type Steps = PipelineProgress['steps'];

export interface InTurns {
  readonly pipelines: readonly object[];
  /** By pipeline: from where it goes on. */
  readonly states?: readonly (HandedOverRun | null)[];
  /** By pipeline: how it ended. */
  readonly ends?: readonly (Steps | null)[];
  readonly rounds?: number;
}

/** Asks the pipelines for their states, in this order. */
export const handOver = defineSignal<[order: readonly number[]]>('handOver');

/** Runs pipelines side by side, and continues as new with all of them whenever it is asked to. */
export async function inTurns({
  pipelines,
  states = [],
  ends = [],
  rounds = 1,
}: InTurns): Promise<{ readonly ends: readonly (Steps | null)[]; readonly rounds: number }> {
  const asked: { order?: readonly number[] } = {};
  setHandler(handOver, (order) => {
    asked.order ??= order;
  });
  let open = 0;
  const handles = pipelines.map((pipeline, nth) => {
    if (ends[nth]) return undefined;
    const state = states[nth];
    const handle = startPipelineRun(pipeline, state ? { state } : {});
    open += 1;
    const close = (): void => {
      open -= 1;
    };
    handle.result().then(close, close);
    return handle;
  });
  await condition(() => open === 0 || asked.order !== undefined);
  const next: (HandedOverRun | undefined)[] = [];
  for (const nth of asked.order ?? []) next[nth] = await handles[nth]?.state();
  const handedOver = pipelines.map((_, nth) => next[nth] ?? null);
  const ended = handedOver.map((state, nth) =>
    state === null ? (ends[nth] ?? handles[nth]?.progress()?.steps ?? null) : null,
  );
  if (ended.every((steps) => steps !== null)) return { ends: ended, rounds };
  return await continueAsNew<typeof inTurns>({
    ...{ pipelines, states: handedOver, ends: ended, rounds: rounds + 1 },
  });
}
