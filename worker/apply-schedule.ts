import { createHash } from 'node:crypto';
import { type Client, type ScheduleDescription, ScheduleNotFoundError } from '@temporalio/client';
import { DataFlowInvalidInputError } from '../client/errors.js';
import { PIPELINE_MEMO, SCHEDULE_MEMO } from '../contract/names.js';
import { scheduleIdOf } from '../contract/schedule.js';
import { checkPipeline } from '../pipeline/definition/check-pipeline.js';
import type { WrittenPipeline } from '../pipeline/definition/pipeline-schema.js';
import { problemLine } from '../pipeline/definition/problem.js';
import type { WrittenSchedule } from '../pipeline/definition/schedule-schema.js';
import { bytesOf } from '../pipeline/packed.js';
import {
  describedForm,
  formOf,
  type ScheduleForm,
  type ScheduleParts,
  schedulePartsOf,
  changesBetween,
} from './schedule-form.js';
import {
  DEFAULT_TASK_QUEUE,
  digestOf,
  MAX_INPUT_BYTES,
  type PipelineMemo,
} from './start-pipeline.js';

export interface ApplyScheduleOptions {
  /** Task queue of a worker that has `dataflowRunPipeline`. @default 'dataflow' */
  readonly taskQueue?: string;
  /** Profile of the steps that name none. @default 'default' */
  readonly profile?: string;
  /** Overwrites what was changed otherwise than by this function. @default false */
  readonly force?: boolean;
  /** Only finds out what would change. @default false */
  readonly dryRun?: boolean;
}

export interface AppliedSchedule {
  /** `dataflow/<pipeline>` */
  readonly scheduleId: string;
  /** What was done, or with `dryRun` would be. */
  readonly outcome: 'created' | 'updated' | 'unchanged';
  /** What differs from what was in force, a line each; empty unless it was updated. */
  readonly changes: readonly string[];
}

/** A schedule was made or changed otherwise than by `applySchedule`, which overwrites it only with `force`. */
export class ScheduleChangedElsewhere extends Error {
  override readonly name = 'ScheduleChangedElsewhere';
  readonly scheduleId: string;
  /** From what was applied last to what is in force, a line each. */
  readonly changes: readonly string[];

  constructor(scheduleId: string, changes: readonly string[]) {
    super(
      `schedule ${scheduleId} was changed otherwise than by its pipeline:\n${changes.join('\n')}`,
    );
    this.scheduleId = scheduleId;
    this.changes = changes;
  }
}

/** In the memo of the workflows that a schedule starts: an update replaces it together with what it is about. */
interface ScheduleMemo {
  /** SHA-256 of the form that was applied. */
  readonly applied: string;
}

/**
 * Puts the `schedule` of a pipeline in force: makes its Temporal schedule, or changes what differs. Applied twice, it does
 * nothing the second time. A schedule that is paused stays paused. Each of its runs is given the pipeline as it is now.
 * @throws DataFlowInvalidInputError for a pipeline that is wrong or has no schedule; ScheduleChangedElsewhere
 */
export async function applySchedule(
  client: Client,
  pipeline: WrittenPipeline,
  options: ApplyScheduleOptions = {},
): Promise<AppliedSchedule> {
  const { taskQueue = DEFAULT_TASK_QUEUE, profile, force = false, dryRun = false } = options;
  const spec = scheduledPipeline(pipeline);
  const scheduleId = scheduleIdOf(spec.pipeline);
  const parts = schedulePartsOf(spec, { taskQueue, ...(profile !== undefined && { profile }) });
  const form = formOf(parts);
  const action = { ...parts.action, memo: memoOf(parts, spec, options) };
  const handle = client.schedule.getHandle(scheduleId);
  const found = await describeSchedule(client, scheduleId);
  if (found === undefined) {
    if (!dryRun) await client.schedule.create({ scheduleId, ...parts, action });
    return { scheduleId, outcome: 'created', changes: [] };
  }
  const changes = changesOf(found, form, force);
  if (changes.length === 0) return { scheduleId, outcome: 'unchanged', changes };
  if (dryRun) return { scheduleId, outcome: 'updated', changes };
  await handle.update((current) => {
    changesOf(current, form, force); // somebody else may have been quicker
    const { paused, note } = current.state;
    return { ...parts, action, state: { paused, ...(note !== undefined && { note }) } };
  });
  return { scheduleId, outcome: 'updated', changes };
}

/** What the server has under an id; undefined where it has nothing. */
export async function describeSchedule(
  client: Client,
  scheduleId: string,
): Promise<ScheduleDescription | undefined> {
  try {
    return await client.schedule.getHandle(scheduleId).describe();
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return undefined;
    throw error;
  }
}

/** Changes of a schedule since it was applied, a line each; empty where there are none. */
export function changesElsewhere(described: ScheduleDescription): readonly string[] {
  const { applied } = (described.action.memo?.[SCHEDULE_MEMO] ?? {}) as Partial<ScheduleMemo>;
  const form = describedForm(described);
  if (applied === undefined) return ['it was not made from a pipeline by dataflow schedule apply'];
  if (applied === fingerprintOf(form)) return [];
  const made = madeFrom(described);
  const changes = made === undefined ? [] : changesBetween(made, form);
  return changes.length > 0
    ? changes
    : ['its input, profile or task queue is not what was applied'];
}

/** @throws ScheduleChangedElsewhere unless forced */
function changesOf(
  described: ScheduleDescription,
  wanted: ScheduleForm,
  force: boolean,
): readonly string[] {
  const elsewhere = changesElsewhere(described);
  if (elsewhere.length > 0 && !force)
    throw new ScheduleChangedElsewhere(described.scheduleId, elsewhere);
  const changes = changesBetween(describedForm(described), wanted);
  // Only the fingerprint is another one: it is written anew.
  return changes.length === 0 && elsewhere.length > 0 ? elsewhere : changes;
}

/** What the pipeline within a schedule would make of it; undefined where it holds none. */
function madeFrom({ action }: ScheduleDescription): ScheduleForm | undefined {
  const [input] = (action.args ?? []) as readonly [{ pipeline?: unknown; profile?: unknown }?];
  const checked = checkPipeline(input?.pipeline);
  if (!('spec' in checked) || !hasSchedule(checked.spec)) return undefined;
  const { taskQueue } = action;
  const profile = typeof input?.profile === 'string' ? { profile: input.profile } : {};
  return formOf(schedulePartsOf(checked.spec, { taskQueue, ...profile }));
}

export const NO_SCHEDULE =
  "schedule: must be there, e.g. schedule: { cron: '0 3 * * *', timezone: Asia/Seoul }";

type ScheduledPipeline = WrittenPipeline & { readonly schedule: WrittenSchedule };

const hasSchedule = (spec: WrittenPipeline): spec is ScheduledPipeline =>
  spec.schedule !== undefined;

/** @throws DataFlowInvalidInputError naming all that is wrong */
function scheduledPipeline(pipeline: WrittenPipeline): ScheduledPipeline {
  const checked = checkPipeline(pipeline);
  const fail = (...problems: readonly string[]): never => {
    throw new DataFlowInvalidInputError('applySchedule', problems);
  };
  if (!('spec' in checked)) return fail(...checked.problems.map(problemLine));
  const { spec } = checked;
  const bytes = bytesOf(spec);
  if (bytes > MAX_INPUT_BYTES)
    return fail(`the pipeline must take at most ${MAX_INPUT_BYTES} bytes, and takes ${bytes}`);
  return hasSchedule(spec) ? spec : fail(NO_SCHEDULE);
}

function memoOf(
  parts: ScheduleParts,
  spec: ScheduledPipeline,
  { profile }: ApplyScheduleOptions,
): Record<string, unknown> {
  const input = digestOf({ pipeline: spec, ...(profile !== undefined && { profile }) });
  const applied = fingerprintOf(formOf(parts));
  return {
    [PIPELINE_MEMO]: { pipeline: spec.pipeline, input } satisfies PipelineMemo,
    [SCHEDULE_MEMO]: { applied } satisfies ScheduleMemo,
  };
}

const fingerprintOf = (form: ScheduleForm): string =>
  createHash('sha256')
    .update(JSON.stringify(Object.entries(form).sort(([a], [b]) => (a < b ? -1 : 1))))
    .digest('hex');
