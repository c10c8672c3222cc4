import type { ExecutionRecord } from './execution.js';
import type { TriggerRule, TriggerType, WorkflowNode } from './workflow-script.js';

export interface TriggerRecord {
  readonly triggerId: string;
  readonly name: string;
  readonly type: TriggerType;
  readonly rule: TriggerRule;
  readonly createdAt: number;
}

export interface WorkflowRecord {
  readonly workflowId: string;
  readonly name: string;
  readonly nodes: readonly WorkflowNode[];
  /** A draft (pages until 2026-08): it is stored and does not run. */
  readonly isTemp: boolean;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** When its schedule fires next, ms since 1970; Infinity without one. */
  dueAt: number;
  /** Runs that executeWorkflow has started. */
  requestedRuns: number;
}

/** One run of a workflow, with the nodes it had at its start. */
export interface WorkflowRun {
  readonly workflowId: string;
  readonly nodes: readonly WorkflowNode[];
  readonly triggerId: string;
  readonly origin: 'workflow' | 'schedule';
  readonly startedAt: number;
  /** By node id, once it was due; undefined where the service refused to start it. */
  readonly starts: Map<string, ExecutionRecord | undefined>;
}

export function triggerNodeOf(nodes: readonly WorkflowNode[]): WorkflowNode | undefined {
  return nodes.find(({ type }) => type === 'TRIGGER');
}
