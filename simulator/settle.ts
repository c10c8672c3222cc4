import { isActive } from './execution.js';
import type { ServiceState } from './service-state.js';
import { nextScript, startExecution } from './start-execution.js';
import { effectiveCondition, startRefusal } from './start-rules.js';
import { triggerNodeOf, type WorkflowRecord, type WorkflowRun } from './workflow-record.js';
import type { WorkflowNode } from './workflow-script.js';
import { nextRun } from './workflow-state.js';

/** An event that happens at a time, ms since 1970. */
interface Due {
  readonly at: number;
  readonly happen: () => void;
}

/**
 * Brings the service up to `now`: schedules fire, and nodes start whose parents have completed, each at its own time.
 * Must be called before the state is read or changed.
 */
export function settle(state: ServiceState, now: number): void {
  for (let due = firstDue(state); due !== undefined && due.at <= now; due = firstDue(state)) {
    due.happen();
  }
  state.runs = state.runs.filter(({ starts }) =>
    [...starts.values()].some((execution) => execution !== undefined && isActive(execution, now)),
  );
}

/** Begins a run. Its first jobs start at the next {@link settle}. */
export function startRun(
  state: ServiceState,
  workflow: WorkflowRecord,
  origin: WorkflowRun['origin'],
  startedAt: number,
): void {
  const { workflowId, nodes } = workflow;
  const triggerId = triggerNodeOf(nodes)?.id ?? '';
  const run = { workflowId, nodes, triggerId, origin, startedAt, starts: new Map() };
  state.runs = [...state.runs, run];
}

function firstDue(state: ServiceState): Due | undefined {
  let first: Due | undefined;
  for (const due of [...firings(state), ...nodeStarts(state)]) {
    if (due.at < (first?.at ?? Infinity)) first = due;
  }
  return first;
}

function firings(state: ServiceState): readonly Due[] {
  return [...state.workflows.values()].map((workflow) => ({
    at: workflow.dueAt,
    happen: () => {
      const at = workflow.dueAt;
      workflow.dueAt = nextRun(state, workflow, at);
      const isStarted = state.triggers.has(triggerNodeOf(workflow.nodes)?.id ?? '');
      if (isStarted) startRun(state, workflow, 'schedule', at);
    },
  }));
}

function nodeStarts(state: ServiceState): readonly Due[] {
  return state.runs.flatMap((run) =>
    run.nodes
      .filter(({ type, id }) => type === 'JOB' && !run.starts.has(id))
      .map((node) => {
        const at = Math.max(...node.parentNodeIds.map((id) => completedAt(run, id)));
        return {
          at,
          happen: () => {
            startNode(state, run, node, at);
          },
        };
      }),
  );
}

/** Infinity: it has not started, does not end, or does not end as COMPLETED. */
function completedAt({ triggerId, startedAt, starts }: WorkflowRun, nodeId: string): number {
  if (nodeId === triggerId) return startedAt;
  const plan = starts.get(nodeId)?.plan;
  return plan?.outcome === 'COMPLETED' ? plan.endAt : Infinity;
}

/** A job that was deleted, is not ready or is at its limit is skipped, with all jobs after it (inferred). */
function startNode(state: ServiceState, run: WorkflowRun, node: WorkflowNode, at: number): void {
  const job = state.jobs.get(node.id);
  if (job === undefined || startRefusal(state, job, at) !== undefined) {
    run.starts.set(node.id, undefined);
    return;
  }
  const { origin, triggerId, workflowId } = run;
  const condition = effectiveCondition(state, job, node.jobCondition);
  const start = { origin, condition, triggerId, workflowId, script: nextScript(job) };
  run.starts.set(node.id, startExecution(state, job, start, at));
}
