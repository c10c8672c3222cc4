import { graphProblem } from './node-graph.js';
import { nextFiring } from './schedule.js';
import type { ServiceState } from './service-state.js';
import { triggerNodeOf, type WorkflowRecord } from './workflow-record.js';
import type { TriggerScript, WorkflowNode, WorkflowScript } from './workflow-script.js';

export function addTrigger(state: ServiceState, script: TriggerScript, now: number): void {
  const { triggerId, name = triggerId, triggerRule: rule = { type: 'NONE' } } = script;
  if (state.triggers.has(triggerId)) {
    throw new Error(`There is a trigger ${triggerId} already; use another triggerId.`);
  }
  const type = script.type ?? (rule.type === 'NONE' ? 'NONE' : 'SCHEDULED');
  state.triggers.set(triggerId, { triggerId, name, type, rule, createdAt: now });
}

/** Its jobs and its trigger must exist. */
export function addWorkflow(state: ServiceState, script: WorkflowScript, now: number): void {
  const { workflowId, name = workflowId } = script;
  if (state.workflows.has(workflowId)) {
    throw new Error(`There is a workflow ${workflowId} already; use another workflowId.`);
  }
  const nodes = script.nodes.map((node) => ({ ...node, name: node.name ?? node.id }));
  const problem = nodesProblem(nodes) ?? missingReference(state, nodes)?.text;
  if (problem !== undefined) throw new Error(`The workflow ${workflowId}: ${problem}.`);
  setWorkflow(state, { workflowId, name, nodes, isTemp: false, createdAt: now }, now);
}

/** Stores a new or changed workflow. Its schedule counts from now. */
export function setWorkflow(
  state: ServiceState,
  written: Omit<WorkflowRecord, 'dueAt' | 'requestedRuns' | 'updatedAt'>,
  now: number,
): WorkflowRecord {
  const { requestedRuns = 0 } = state.workflows.get(written.workflowId) ?? {};
  const workflow = { ...written, updatedAt: now, dueAt: Infinity, requestedRuns };
  workflow.dueAt = nextRun(state, workflow, now);
  state.workflows.set(workflow.workflowId, workflow);
  return workflow;
}

/** Next time of the schedule after `afterMs`; Infinity for a draft, and if the trigger was deleted. */
export function nextRun(state: ServiceState, workflow: WorkflowRecord, afterMs: number): number {
  const trigger = state.triggers.get(triggerNodeOf(workflow.nodes)?.id ?? '');
  return workflow.isTemp || trigger === undefined ? Infinity : nextFiring(trigger.rule, afterMs);
}

/** Why nodes make no workflow. There must be one trigger, and jobs that all have parents (inferred). */
export function nodesProblem(nodes: readonly WorkflowNode[]): string | undefined {
  const triggers = nodes.filter(({ type }) => type === 'TRIGGER');
  if (triggers.length !== 1) return `nodes: must have one TRIGGER, and have ${triggers.length}`;
  if (triggers.some(({ parentNodeIds }) => parentNodeIds.length > 0)) {
    return 'nodes: a TRIGGER must have no parents';
  }
  const jobs = nodes.filter(({ type }) => type === 'JOB');
  if (jobs.length === 0) return 'nodes: must have a JOB';
  const loose = jobs.find(({ parentNodeIds }) => parentNodeIds.length === 0);
  return loose === undefined ? graphProblem(nodes) : `nodes: JOB ${loose.id} must have parents`;
}

/** The first node that names a job or a trigger that does not exist. */
export function missingReference(
  state: ServiceState,
  nodes: readonly WorkflowNode[],
): { readonly type: WorkflowNode['type']; readonly id: string; readonly text: string } | undefined {
  const missing = nodes.find((node) => !isValidNode(state, node));
  return missing && { ...missing, text: `there is no ${missing.type} ${missing.id}` };
}

/** False: the job or trigger that the node names was deleted. */
export function isValidNode({ jobs, triggers }: ServiceState, { type, id }: WorkflowNode): boolean {
  return type === 'TRIGGER' ? triggers.has(id) : jobs.has(id);
}
