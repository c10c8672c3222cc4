/** When a workflow of the service starts (NOTES §3 "Trigger"). A trigger never runs alone, only inside a workflow. */

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

/** Started by hand, by executeWorkflow or by an event. */
export interface ManualRule {
  readonly type: 'NONE';
}

export interface OneTimeRule {
  readonly type: 'ONE_TIME';
  /** No page shows its format. Other dates of the service look like `2026-11-22T02:00:00`. */
  readonly executionDate: string;
}

interface Recurring {
  readonly type: 'RECURRING';
  /** Minute 00–59 where the interval is HOUR, else the time of day, e.g. `02:00` (INF: UTC+9). */
  readonly time: string;
}

/** By the wall clock of the service. */
export type RecurringRule = Recurring &
  (
    | { readonly interval: 'HOUR' | 'DAY' }
    | { readonly interval: 'WEEK'; readonly dayOfWeek: readonly DayOfWeek[] }
    /** `1` to `31`, or `-1` for the last day of the month. */
    | { readonly interval: 'MONTH'; readonly dateOfMonth: string }
  );

export type TriggerRule = ManualRule | OneTimeRule | RecurringRule;

/** A rule as the service shows it, with undocumented values. */
export interface TriggerRuleView {
  readonly type: string;
  readonly interval?: string;
  readonly time?: string;
  readonly dayOfWeek?: readonly string[];
  readonly dateOfMonth?: string;
  readonly executionDate?: string;
}

export interface Trigger {
  readonly triggerId: string;
  readonly name: string;
  /** SCHEDULED, EVENT or NONE (by hand). */
  readonly type: string;
  readonly triggerRule?: TriggerRuleView;
  readonly createdDate?: string;
  readonly updatedDate?: string;
}
