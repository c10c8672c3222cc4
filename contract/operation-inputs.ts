import type { JobCondition } from './job.js';
import type { JobNode } from './job-node.js';
import type { WorkflowNode } from './remote-workflow.js';
import type { TriggerRule } from './trigger.js';

/** Zero-based page and rows per page; the service's defaults are page 0 and 1000 rows (NOTES §5.11). */
export interface PageInput {
  readonly page?: number;
  readonly limit?: number;
}
export interface GetByNameInput extends PageInput {
  /** Filter by name; whether it matches parts of a name is UNKNOWN. */
  readonly name?: string;
}
/** Wall clock of the service without offset, `YYYY-MM-DDTHH:mm:ss` (INF: UTC+9; NOTES §5.10). */
export interface RangeInput {
  readonly startDate: string;
  readonly endDate: string;
}
export interface JobInput {
  readonly jobId: string;
}
export interface ExecutionInput extends JobInput {
  readonly executionId: string;
}
export interface WorkflowInput {
  readonly workflowId: string;
}
export interface TriggerInput {
  readonly triggerId: string;
}

/** Names: 3 to 100 letters, digits, `_` and `-`, the first a letter or `_` (NOTES §3). */
export interface CreateJobInput {
  readonly name: string;
  readonly type: 'VISUAL' | 'SCRIPT';
  /** Most executions at once; range and default are UNKNOWN. */
  readonly maxConcurrentRuns?: number;
  readonly jobCondition?: JobCondition;
  readonly nodes?: readonly JobNode[];
}
/** The service keeps its value of each property that is left out. */
export interface UpdateJobInput extends JobInput, Partial<Omit<CreateJobInput, 'type'>> {
  readonly type: 'VISUAL' | 'SCRIPT';
}
/** The form documented until 2026-08. Whether the gateway still takes it is UNKNOWN. */
export interface UpdateJobLegacyPutInput extends JobInput {
  readonly name: string;
  readonly type: 'DATAFLOW';
  /** True keeps a draft. */
  readonly isTemp?: boolean;
  readonly nodes?: readonly JobNode[];
}
export interface VerifyJobInput {
  readonly name: string;
  readonly nodes: readonly JobNode[];
}
/** The service keeps its value of each run setting that is left out. */
export interface UpdateJobExecuteConfigInput extends JobInput {
  readonly jobCondition: JobCondition;
}
export interface ExecuteJobInput extends JobInput {
  /** Run settings of this execution. @default the stored ones */
  readonly jobCondition?: JobCondition;
  /** Trigger that the execution shows as its cause; must exist (INF, NOTES §5.1). */
  readonly triggerId?: string;
  readonly workflowId?: string;
}

export interface WriteWorkflowInput {
  readonly name: string;
  readonly nodes: readonly WorkflowNode[];
  /** True keeps a draft; documented until 2026-08 only. */
  readonly isTemp?: boolean;
}
export interface WorkflowExecutionsInput extends WorkflowInput, PageInput {
  /** Documented as a filter by the name of the workflow. */
  readonly filter?: string;
}
export interface CreateTriggerInput {
  readonly name: string;
  /** EVENT is announced, its members are shown on no page. */
  readonly type: 'SCHEDULED' | 'EVENT' | 'NONE';
  readonly triggerRule: TriggerRule;
}
