import type { JobCondition } from './job.js';

/** A workflow of the Data Flow service: a trigger, and the jobs that it starts (NOTES §3 "Workflow"). */

/** A node to be written. */
export interface WorkflowNode {
  /** A triggerId where the type is TRIGGER, a jobId where it is JOB. */
  readonly id: string;
  readonly name: string;
  readonly type: 'TRIGGER' | 'JOB';
  /** Empty for the trigger; a job names the node after whose success it starts. */
  readonly parentNodeIds: readonly string[];
  readonly triggerRule?: 'RECURRING' | 'ONE_TIME' | 'NONE';
  /** Required with a JOB until 2026-08 (NOTES §3). */
  readonly jobCondition?: JobCondition;
  /** Shown by the service, and accepted here so that a node can be written back as it was read. */
  readonly isValid?: boolean;
}

/** A node as the service shows it. */
export interface WorkflowNodeView {
  readonly id: string;
  readonly name?: string;
  readonly type: string;
  readonly parentNodeIds: readonly string[];
  readonly triggerRule?: string;
  readonly jobCondition?: JobCondition;
  /** False: the job or trigger that it names was deleted. */
  readonly isValid?: boolean;
}

export interface RemoteWorkflow {
  readonly workflowId: string;
  readonly name: string;
  readonly nodes: readonly WorkflowNodeView[];
  readonly createdDate?: string;
  readonly updatedDate?: string;
  /** A draft; documented until 2026-08 only. */
  readonly isTemp?: boolean;
}

/** A row of getWorkflows. It has no status of the last run. */
export interface RemoteWorkflowSummary extends RemoteWorkflow {
  readonly lastExecutionDate?: string;
  readonly triggerRuleType?: string;
  /** The caller may not use the resource. */
  readonly disabled?: boolean;
}

/** The answer of executeWorkflow: accepted, nothing more. It names no run (NOTES §5.7). */
export interface WorkflowStart {
  readonly workflowId: string;
  /** The start trigger that was fired; executions of the run carry it. */
  readonly triggerId: string;
  readonly status: string;
}
