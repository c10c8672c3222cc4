/** How one thing that is watched stands, as far as a summary counts it. */
export type EntryState = 'waiting' | 'running' | 'done' | 'failed' | 'canceled' | 'skipped';

/** One row of the live view: a step, a run of a job, or one item of a step. */
export interface Entry {
  readonly name: string;
  readonly state: EntryState;
  /** The word of the service or of the pipeline for its state. */
  readonly status: string;
  /** How deep it stands in the graph of steps. */
  readonly depth: number;
  readonly startedMs?: number;
  readonly endedMs?: number;
  /** What it does or waits for; one line. */
  readonly detail: string;
  /** Why it failed, was canceled or skipped. */
  readonly reason?: string;
  /** Items of a step, or jobs of a workflow of the service; the most urgent first, shown as far as there is room. */
  readonly items: readonly ItemEntry[];
}

export interface ItemEntry {
  readonly name: string;
  readonly state: EntryState;
  readonly detail: string;
}

/** What a workflow runs under one heading. */
export interface Section {
  /** Absent where there is one entry alone, which needs none. */
  readonly title?: string;
  /** What its entries are called: `step`, `run`. */
  readonly noun: string;
  /** Whole sentences about all of it, below the summary. */
  readonly notes?: readonly string[];
  readonly entries: readonly Entry[];
}
