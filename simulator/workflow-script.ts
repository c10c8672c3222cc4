import type { JobCondition } from './job-script.js';

export type TriggerType = 'SCHEDULED' | 'EVENT' | 'NONE';

export const DAYS_OF_WEEK = [
  'MONDAY',
  'TUESDAY',
  'WEDNESDAY',
  'THURSDAY',
  'FRIDAY',
  'SATURDAY',
  'SUNDAY',
] as const;

export type DayOfWeek = (typeof DAYS_OF_WEEK)[number];

/** When a trigger fires. Times are Korean wall clock. */
export interface TriggerRule {
  readonly type: 'RECURRING' | 'ONE_TIME' | 'NONE';
  /** Required for RECURRING. */
  readonly interval?: 'HOUR' | 'DAY' | 'WEEK' | 'MONTH';
  /** Required for RECURRING: the minute 00..59 for HOUR, else a time of day like 02:00. */
  readonly time?: string;
  /** Required for WEEK. */
  readonly dayOfWeek?: readonly DayOfWeek[];
  /** Required for MONTH: 1..31, or -1 for the last day. A month without that day is skipped. */
  readonly dateOfMonth?: string;
  /** Required for ONE_TIME: like 2026-11-30T02:00:00, with or without an offset. */
  readonly executionDate?: string;
}

/** A trigger of the simulated service. It starts the workflows that name it. */
export interface TriggerScript {
  readonly triggerId: string;
  /** @default the trigger id */
  readonly name?: string;
  /** @default NONE without a rule or with rule NONE, else SCHEDULED */
  readonly type?: TriggerType;
  /** @default { type: 'NONE' } */
  readonly triggerRule?: TriggerRule;
}

/** A node as the API takes it. */
export interface WorkflowNode {
  /** The id of a trigger or a job, by `type`. */
  readonly id: string;
  readonly name: string;
  readonly type: 'TRIGGER' | 'JOB';
  /** Empty for the trigger. A job starts when all of these have completed. */
  readonly parentNodeIds: readonly string[];
  readonly triggerRule?: TriggerRule['type'];
  /** Run settings that differ from the stored ones of the job. */
  readonly jobCondition?: JobCondition;
}

/** A workflow of the simulated service: one trigger, and jobs after it. */
export interface WorkflowScript {
  readonly workflowId: string;
  /** @default the workflow id */
  readonly name?: string;
  /** @default for the name of a node: its id */
  readonly nodes: readonly (Omit<WorkflowNode, 'name'> & { readonly name?: string })[];
}
