/** States by which the summary counts entries. */
export type EntryState = 'waiting' | 'running' | 'done' | 'failed' | 'canceled' | 'skipped';

/** One row of the live view: a step, a run of a job, or one item of a step. */
export interface Entry {
  readonly name: string;
  readonly state: EntryState;
  /** Status as the service or the pipeline calls it. */
  readonly status: string;
  /** Depth in the graph of steps, from 0. */
  readonly depth: number;
  readonly startedMs?: number;
  readonly endedMs?: number;
  /** What it does or waits for, in one line. */
  readonly detail: string;
  /** Why it failed, was canceled or skipped. */
  readonly reason?: string;
  /** Items of a step, or jobs of a workflow of the service. The first ones are shown, as many as there is room for. */
  readonly items: readonly ItemEntry[];
}

export interface ItemEntry {
  readonly name: string;
  readonly state: EntryState;
  readonly detail: string;
}

/** Entries under one heading. */
export interface Section {
  /** Absent where there is only one entry. */
  readonly title?: string;
  /** What an entry is called in the summary: `step`, `run`, `job`. */
  readonly noun: string;
  /** Sentences below the summary. */
  readonly notes?: readonly string[];
  readonly entries: readonly Entry[];
}
