import { durationMs, durationText } from '../../../contract/durations.js';
import type { PipelinePlan, PlannedStep } from '../../../contract/pipeline.js';
import { stepOrder } from '../../../pipeline/planner/order.js';
import { defaultsOf, itemCount, type KnownValues } from './items-of.js';

export interface JobHistory {
  /** Number of completed executions among the newest ones. */
  readonly runs: number;
  /** Median of their durations from creation to end; absent where there are none. */
  readonly medianMs?: number;
  /** Most executions of the job at once; absent where the service does not say. */
  readonly maxConcurrentRuns?: number;
}

/** Finds the history of a job; undefined where the service was not asked. */
export type FindHistory = (jobId: string, profile: string | undefined) => JobHistory | undefined;

export interface StepTime {
  /** Absent where it is not known. */
  readonly ms?: number;
  /** How `ms` was found, or why it is not known. */
  readonly note: string;
}

export interface ExpectedTime {
  readonly steps: Readonly<Record<string, StepTime>>;
  /** The whole run, without the steps whose time is not known. */
  readonly ms: number;
  /** The chain of steps that takes longest. */
  readonly criticalPath: readonly string[];
  /** Steps of that chain whose time is not known. */
  readonly unknown: readonly string[];
}

/** How long a run takes if no step fails. */
export function expectedTime(
  plan: PipelinePlan,
  values: KnownValues,
  find: FindHistory,
): ExpectedTime {
  const times = Object.entries(plan.steps).map(
    ([id, step]) => [id, timeOfStep(step, plan, values, find)] as const,
  );
  const steps = Object.fromEntries(times);
  const { path, ms } = longestPath(plan, (id) => steps[id]?.ms ?? 0);
  const unknown = path.filter((id) => steps[id]?.ms === undefined);
  return { steps, ms, criticalPath: path, unknown };
}

function timeOfStep(
  step: PlannedStep,
  plan: PipelinePlan,
  values: KnownValues,
  find: FindHistory,
): StepTime {
  if (step.runIf === 'anyFailed') return { ms: 0, note: 'runs after a failure only' };
  const history = step.kind === 'job' ? find(step.jobId, step.options.profile) : undefined;
  const one = timeOfItem(step, history, find);
  const items = itemCount(step, values);
  if (one.ms === undefined || step.forEach === undefined) return one;
  if (items === undefined)
    return {
      note: `${durationText(one.ms)} an item; the number of items is known when the step runs`,
    };
  const atOnce = Math.min(
    ...[
      typeof step.maxParallel === 'number' ? step.maxParallel : plan.concurrency,
      plan.concurrency,
      Math.max(1, items),
    ],
    history?.maxConcurrentRuns ?? Infinity,
  );
  const ms = Math.ceil(items / atOnce) * one.ms;
  return { ms, note: `${items} items, ${atOnce} at once: each ${one.note}` };
}

function timeOfItem(
  step: PlannedStep,
  history: JobHistory | undefined,
  find: FindHistory,
): StepTime {
  switch (step.kind) {
    case 'job':
      if (history === undefined) return { note: 'the service was not asked' };
      if (history.medianMs === undefined) return { note: 'no run of the job has completed yet' };
      return { ms: history.medianMs, note: medianText(history.medianMs, history.runs) };
    case 'approval': {
      const most = step.timeoutMs === undefined ? '' : `, ${durationText(step.timeoutMs)} at most`;
      return { note: `a person decides${most}` };
    }
    case 'wait': {
      const ms = 'for' in step.until ? durationMs(step.until.for) : undefined;
      return ms === undefined ? { note: 'waits for a time' } : { ms, note: durationText(ms) };
    }
    case 'activity':
      return { note: 'an activity of your own' };
    case 'remoteWorkflow':
      return { note: 'the service keeps no history of workflows' };
    case 'pipeline': {
      const inner = expectedTime(step.plan, defaultsOf(step.plan), find);
      const note = `${inner.criticalPath.join(' → ')} of pipeline ${step.plan.pipeline}`;
      return inner.unknown.length === 0
        ? { ms: inner.ms, note }
        : { note: `not all known: ${note}` };
    }
  }
}

const medianText = (ms: number, runs: number): string =>
  `${durationText(ms)}, ${runs === 1 ? 'its only completed run' : `median of ${runs} runs`}`;

interface LongestPath {
  readonly path: readonly string[];
  readonly ms: number;
}

/** The path through the graph that takes longest; of equally long ones that with more steps. */
function longestPath(plan: PipelinePlan, msOf: (id: string) => number): LongestPath {
  const { ids, needs } = stepOrder(plan);
  const ends: LongestPath[] = [];
  let longest: LongestPath = { path: [], ms: 0 };
  for (const [place, id] of ids.entries()) {
    const before = (needs[place] ?? []).reduce<LongestPath>(
      (best, need) => longer(best, ends[need]),
      { path: [], ms: 0 },
    );
    const end = { path: [...before.path, id], ms: before.ms + msOf(id) };
    ends.push(end);
    longest = longer(longest, end);
  }
  return longest;
}

function longer(one: LongestPath, other: LongestPath | undefined): LongestPath {
  if (other === undefined) return one;
  if (other.ms !== one.ms) return other.ms > one.ms ? other : one;
  return other.path.length > one.path.length ? other : one;
}
