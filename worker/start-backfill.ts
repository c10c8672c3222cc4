import {
  type Client,
  WorkflowExecutionAlreadyStartedError,
  type WorkflowExecutionStatusName,
  type WorkflowHandle,
} from '@temporalio/client';
import { DataFlowInvalidInputError } from '../client/errors.js';
import {
  type BackfillRequest,
  type BackfillResult,
  DEFAULT_BACKFILL_ACTIVE,
  MAX_BACKFILL_ACTIVE,
  MAX_BACKFILL_TIMES,
  type Reprocess,
} from '../contract/backfill.js';
import { BACKFILL_WORKFLOW, PIPELINE_MEMO } from '../contract/names.js';
import { pipelineWorkflowId } from '../contract/pipeline-ids.js';
import type { PipelineParameters } from '../contract/pipeline-run.js';
import {
  INSTANT_RULE,
  instantMs,
  instantText,
  scheduledKey,
  scheduledWorkflowId,
} from '../contract/schedule.js';
import { checkPipeline } from '../pipeline/definition/check-pipeline.js';
import type { WrittenPipeline } from '../pipeline/definition/pipeline-schema.js';
import { problemLine } from '../pipeline/definition/problem.js';
import type { WrittenSchedule } from '../pipeline/definition/schedule-schema.js';
import { pack } from '../pipeline/packed.js';
import { DAY_MS, timeRuleOf, timesBetween, zoneOf } from '../pipeline/schedule/scheduled-times.js';
import { instantAt, wallAt } from '../pipeline/schedule/zone.js';
import { DEFAULT_TASK_QUEUE, digestOf, type PipelineMemo } from './start-pipeline.js';

export interface BackfillOptions {
  /** First time, or first day in the zone of the schedule: `2026-11-01`. */
  readonly from: string;
  /** The last day, inclusive; or a point of time, exclusive. Times that have not come yet are left out. */
  readonly to: string;
  /** @default 'missing' */
  readonly reprocess?: Reprocess;
  /** Most runs at once, 1 to 100. @default 3 */
  readonly maxActive?: number;
  /** @default false: the oldest time runs first */
  readonly newestFirst?: boolean;
  /** Take precedence over those of the schedule. */
  readonly parameters?: PipelineParameters;
  /** @default 'default' */
  readonly profile?: string;
  /** Task queue of a worker that has `dataflowBackfill`. @default 'dataflow' */
  readonly taskQueue?: string;
}

/** What a backfill would do; found before anything is started. */
export interface BackfillPlan {
  /** `dataflow-backfill/<pipeline>/<from>/<to>` */
  readonly workflowId: string;
  readonly request: BackfillRequest;
  /** Scheduled times that it runs, in that order: `2026-11-21T18:00:00Z`. */
  readonly times: readonly string[];
  /** Scheduled times of the range that it leaves alone, by why. */
  readonly left: Readonly<Record<'done' | 'failed' | 'running' | 'mayStillRun', readonly string[]>>;
  readonly taskQueue: string;
}

export type BackfillHandle = WorkflowHandle<(request: BackfillRequest) => Promise<BackfillResult>>;

/** What becomes of a time that has a run already. */
type Standing = keyof BackfillPlan['left'] | 'missing';

const STANDINGS: Partial<Record<WorkflowExecutionStatusName, Standing>> = {
  COMPLETED: 'done',
  FAILED: 'failed',
  CANCELLED: 'failed',
  // No code of the run stopped what it had started: `pipeline rerun` takes that up, a new run would start beside it.
  TERMINATED: 'mayStillRun',
  TIMED_OUT: 'mayStillRun',
};

const TAKEN: Readonly<Record<Reprocess, readonly Standing[]>> = {
  missing: ['missing'],
  failed: ['missing', 'failed'],
  all: ['missing', 'failed', 'done'],
};

/**
 * Finds which scheduled times of a range a backfill runs, by what Temporal lists of the pipeline's runs. A run that is not
 * listed yet is found by its workflow id when its time comes: a time is not run twice.
 * @throws DataFlowInvalidInputError naming all that is wrong
 */
export async function planBackfill(
  client: Client,
  pipeline: WrittenPipeline,
  options: BackfillOptions,
): Promise<BackfillPlan> {
  const { reprocess = 'missing', taskQueue = DEFAULT_TASK_QUEUE, parameters, profile } = options;
  const { spec, times } = timesOf(pipeline, options);
  const standings = await standingsOf(client, spec.pipeline);
  const byStanding = (one: Standing): readonly number[] =>
    times.filter(
      (ms) =>
        (standings.get(pipelineWorkflowId(spec.pipeline, scheduledKey(ms))) ?? 'missing') === one,
    );
  const taken = new Set(TAKEN[reprocess].flatMap(byStanding));
  const chosen = times.filter((ms) => taken.has(ms));
  if (options.newestFirst === true) chosen.reverse();
  const left = (one: Standing): readonly string[] =>
    TAKEN[reprocess].includes(one) ? [] : byStanding(one).map(instantText);
  const memo: PipelineMemo = {
    pipeline: spec.pipeline,
    input: digestOf({
      pipeline: spec,
      ...(parameters !== undefined && { parameters }),
      ...(profile !== undefined && { profile }),
    }),
  };
  return {
    workflowId: `dataflow-backfill/${spec.pipeline}/${options.from}/${options.to}`,
    request: {
      ...{ pipeline: spec, name: spec.pipeline, reprocess },
      times: pack(chosen.map((ms) => ms / 1_000)),
      maxActive: options.maxActive ?? DEFAULT_BACKFILL_ACTIVE,
      ...(parameters !== undefined && { parameters }),
      ...(profile !== undefined && { profile }),
      memo: { [PIPELINE_MEMO]: memo },
    },
    times: chosen.map(instantText),
    left: {
      done: left('done'),
      failed: left('failed'),
      running: left('running'),
      mayStillRun: left('mayStillRun'),
    },
    taskQueue,
  };
}

/** Starts what was planned; where a backfill of this pipeline and range goes on, that one: `started` is false. */
export async function startBackfill(
  client: Client,
  { workflowId, request, taskQueue }: BackfillPlan,
): Promise<{ readonly handle: BackfillHandle; readonly started: boolean }> {
  try {
    const handle = await client.workflow.start(BACKFILL_WORKFLOW, {
      ...{ args: [request], workflowId, taskQueue },
      staticSummary: `backfill of pipeline ${request.name}`,
      workflowIdConflictPolicy: 'FAIL',
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    });
    return { handle: handle as BackfillHandle, started: true };
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    return { handle: client.workflow.getHandle(workflowId), started: false };
  }
}

const DAY = /^\d{4}-\d\d-\d\d$/;
const BOUND_RULE = `must be a day such as 2026-11-01, or a point of time: ${INSTANT_RULE}`;

interface Range {
  readonly spec: WrittenPipeline & { readonly schedule: WrittenSchedule };
  /** Milliseconds, the oldest first. */
  readonly times: number[];
}

function timesOf(pipeline: WrittenPipeline, { from, to, maxActive = 1 }: BackfillOptions): Range {
  const checked = checkPipeline(pipeline);
  const fail = (...problems: readonly string[]): never => {
    throw new DataFlowInvalidInputError('backfill', problems);
  };
  if (!('spec' in checked)) return fail(...checked.problems.map(problemLine));
  const { schedule } = checked.spec;
  if (schedule === undefined)
    return fail(
      "schedule: must be there: it says which times there are, e.g. { cron: '0 3 * * *' }",
    );
  const zone = zoneOf(schedule);
  const fromMs = boundMs(zone, from, 0);
  const toMs = boundMs(zone, to, DAY_MS);
  const problems = [
    ...(fromMs === undefined ? [`from: ${BOUND_RULE}`] : []),
    ...(toMs === undefined ? [`to: ${BOUND_RULE}`] : []),
    ...((fromMs ?? 0) < (toMs ?? Infinity) ? [] : ['from: must be before to']),
    ...(Number.isSafeInteger(maxActive) && maxActive >= 1 && maxActive <= MAX_BACKFILL_ACTIVE
      ? []
      : [`maxActive: must be an integer from 1 to ${MAX_BACKFILL_ACTIVE}`]),
  ];
  if (problems.length > 0) return fail(...problems);
  const until = Math.min(toMs ?? 0, Date.now());
  const most = MAX_BACKFILL_TIMES + 1;
  const times = timesBetween(timeRuleOf(schedule), fromMs ?? 0, until, most);
  if (times.length === most)
    return fail(
      `from: the range has more than ${MAX_BACKFILL_TIMES} scheduled times: take a shorter one`,
    );
  if (times.length === 0) return fail('from: no scheduled time of this range has come yet');
  return { spec: { ...checked.spec, schedule }, times: [...times] };
}

/** A day begins in the zone of the schedule; `to` lasts until its end. */
function boundMs(zone: string, text: string, dayMs: number): number | undefined {
  if (!DAY.test(text)) return instantMs(text);
  const wall = Date.parse(`${text}T00:00:00Z`) + dayMs;
  if (!Number.isFinite(wall)) return undefined;
  const at = instantAt(zone, wall);
  // Where its midnight does not come, the day begins when the clocks are put forward.
  return at + Math.max(0, wall - wallAt(zone, at));
}

/** How the latest run of each scheduled time stands, by workflow id. */
async function standingsOf(
  client: Client,
  pipeline: string,
): Promise<ReadonlyMap<string, Standing>> {
  const found = new Map<string, { readonly standing: Standing; readonly startMs: number }>();
  const query = `WorkflowId STARTS_WITH '${scheduledWorkflowId(pipeline)}-'`;
  for await (const { workflowId, status, startTime } of client.workflow.list({ query })) {
    const startMs = startTime.getTime();
    if ((found.get(workflowId)?.startMs ?? -1) > startMs) continue;
    if (status.name === 'CONTINUED_AS_NEW') continue;
    found.set(workflowId, { standing: STANDINGS[status.name] ?? 'running', startMs });
  }
  return new Map([...found].map(([id, { standing }]) => [id, standing]));
}
