import type { EndedAttempt, RunProgress } from '../../contract/run.js';
import type { JobSubmitState, TrackedExecution } from './job-submission.js';
import type { Cancellation, RunPort } from './port.js';
import type { RunPlan } from './request.js';
import { EMPTY_RECORD } from './submit-state.js';

/** State that the steps of one run share. */
export interface Run {
  readonly plan: RunPlan;
  readonly port: RunPort;
  readonly cancellation: Cancellation;
  /** Time (port's clock) at which runTimeout is over; undefined without runTimeout. */
  readonly deadlineMs: number | undefined;
  /** Submission key of an attempt; a replay and a reset do not change it. */
  readonly keyOf: (attempt: number) => string;
  readonly previousAttempts: EndedAttempt[];
  readonly onProgress: (progress: RunProgress) => void;
  /** What the progress query shows; replaced by `show`. */
  progress: RunProgress;
  /** The submission under way, for `state()`. */
  submission: Submission;
  /** Its entry in its group: from the request for a place until it has left. */
  entry?: RunEntry | undefined;
  /** Entries that it has made. */
  entries?: number;
  /** `state()` was called: another run may continue from that state. */
  isHandedOver?: boolean;
}

/** Entry of a run in its group. */
export interface RunEntry {
  /** As the gate knows it; undefined until it was asked. */
  readonly entry: string | undefined;
  /** Place in the order of requests; undefined until the gate has granted it. */
  readonly place: number | undefined;
  /** Another run of the workflow made it: it is replaced before anything is submitted. */
  readonly isStale?: true;
  /** Ends what `expectEntry` began. */
  readonly forget: () => void;
}

/** The intent to have one execution of a job. */
export interface Submission {
  /** A replay and a reset do not change it. */
  readonly key: string;
  readonly attempt: number;
  state: JobSubmitState;
  /** Stops of the exclusively matching duplicates; each resolves with what is unknown about its duplicate. */
  readonly duplicateStops: Map<string, Promise<string | undefined>>;
}

export const newSubmission = (
  key: string,
  attempt: number,
  state: JobSubmitState = { kind: 'ready', record: EMPTY_RECORD },
): Submission => ({ key, attempt, state, duplicateStops: new Map() });

/** The execution of the submission, once it is known. */
export const trackedOf = ({ state }: Submission): TrackedExecution | undefined =>
  state.kind === 'accepted' ? state.accepted : undefined;

/** Executions that a POST with an unknown outcome may have started. */
export const candidatesOf = ({ state }: Submission): readonly string[] =>
  state.kind === 'ambiguous' || state.kind === 'failed' ? state.candidates : [];
