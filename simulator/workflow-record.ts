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
  /** A draft (documented until 2026-08), which cannot run. */
  readonly isTemp: boolean;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Next time of its schedule, ms since 1970; Infinity: it has none. */
  dueAt: number;
  /** Number of runs that executeWorkflow has started. */
  requestedRuns: number;
}

/** One run of a workflow, with its nodes at the start. */
export interface WorkflowRun {
  readonly workflowId: string;
  readonly nodes: readonly WorkflowNode[];
  readonly triggerId: string;
  readonly origin: 'workflow' | 'schedule';
  readonly startedAt: number;
  /** By id of nodes that were due; undefined: the service refused the start. */
  readonly starts: Map<string, ExecutionRecord | undefined>;
}

export function triggerNodeOf(nodes: readonly WorkflowNode[]): WorkflowNode | undefined {
  return nodes.find(({ type }) => type === 'TRIGGER');
}
