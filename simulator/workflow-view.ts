import { everyJob, shownExecutions, type JobRecord, type ServiceState } from './service-state.js';
import type { ExecutionRecord } from './execution.js';
import { toWireDate } from './wire-date.js';
import { triggerNodeOf, type WorkflowRecord } from './workflow-record.js';
import { isValidNode } from './workflow-state.js';

/** The job may have been deleted. */
export interface JobsExecution {
  readonly job: JobRecord;
  readonly execution: ExecutionRecord;
}

/** Executions of a workflow that the service shows now, oldest first. */
export function workflowExecutions(
  state: ServiceState,
  { workflowId }: WorkflowRecord,
  now: number,
): readonly JobsExecution[] {
  return everyJob(state)
    .flatMap((job) => shownExecutions(job, now).map((execution) => ({ job, execution })))
    .filter(({ execution }) => execution.workflowId === workflowId)
    .sort((a, b) => a.execution.createdAt - b.execution.createdAt);
}

/** Answer of getWorkflowById. Each node shows whether its job or trigger exists. */
export function toWorkflowDetail(
  state: ServiceState,
  workflow: WorkflowRecord,
): Readonly<Record<string, unknown>> {
  const nodes = workflow.nodes.map((node) => ({ ...node, isValid: isValidNode(state, node) }));
  return { ...shared(state, workflow), nodes };
}

/** Row of getWorkflows. It has no status of the last run. */
export function toWorkflowRow(
  state: ServiceState,
  workflow: WorkflowRecord,
  now: number,
): Readonly<Record<string, unknown>> {
  const last = workflowExecutions(state, workflow, now).at(-1)?.execution.createdAt;
  const triggerId = triggerNodeOf(workflow.nodes)?.id ?? '';
  return {
    ...shared(state, workflow),
    ...(last !== undefined && { lastExecutionDate: toWireDate(last, state.switches.dateStyle) }),
    triggerRuleType: state.triggers.get(triggerId)?.rule.type ?? 'NONE',
    nodes: workflow.nodes,
    resourceId: workflow.workflowId,
    disabled: false,
  };
}

function shared(
  { switches }: ServiceState,
  { workflowId, name, createdAt, updatedAt, isTemp }: WorkflowRecord,
): object {
  return {
    workflowId,
    name,
    createdDate: toWireDate(createdAt, switches.dateStyle),
    updatedDate: toWireDate(updatedAt, switches.dateStyle),
    isTemp,
  };
}
