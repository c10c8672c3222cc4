import type {
  PipelineState,
  RunEnding,
  RunIf,
  StepState,
  StepStatus,
} from '../../contract/pipeline.js';

/** A need with its state. */
export interface Need {
  readonly id: string;
  readonly status: StepStatus;
  /** A failure further upstream is why it was skipped. */
  readonly isSkippedByFailure?: boolean;
}

/** A canceled step counts as a failed one: it did not do what others need. */
export const isBad = (status: StepStatus): boolean => status === 'failed' || status === 'canceled';

/**
 * Whether the step itself did not do what it should. One that was cut short by somebody else's failure did nothing
 * wrong, and how one ends that is run once more does not count.
 */
export const isFailure = ({ status, why, counts, repeat }: StepState): boolean =>
  repeat !== true &&
  ((isBad(status) && why !== 'stop') ||
    (status === 'running' && counts.failed + counts.canceled > 0));

export const hasEnded = (status: StepStatus): boolean =>
  status !== 'pending' && status !== 'running';

/** Why the whole run ends, if it does: whatever runs is stopped, and nothing starts. */
export const endingOf = ({ stopping }: Pick<PipelineState, 'stopping'>): RunEnding | undefined =>
  stopping === 'failure' ? undefined : stopping;

/** What speaks against running, once all needs have ended; undefined: nothing. One row for each rule. */
const OBJECTIONS: Readonly<Record<RunIf, (needs: readonly Need[]) => string | undefined>> = {
  allSucceeded: (needs) => named(needs.find(({ status }) => status !== 'succeeded')),
  anyFailed: (needs) =>
    needs.some(({ status, isSkippedByFailure }) => isBad(status) || isSkippedByFailure === true)
      ? undefined
      : 'no step that it needs failed',
  allDone: () => undefined,
  noneSkipped: (needs) => named(needs.find(({ status }) => status === 'skipped')),
  anySucceeded: (needs) =>
    needs.some(({ status }) => status === 'succeeded')
      ? undefined
      : 'no step that it needs succeeded',
  always: () => undefined,
};

const named = (need: Need | undefined): string | undefined =>
  need && `${need.id} ${need.status === 'failed' ? 'failed' : `was ${need.status}`}`;

/** Why a rule does not let a step run, all of whose needs have ended; undefined: it does. */
export const objectionOf = (rule: RunIf, needs: readonly Need[]): string | undefined =>
  OBJECTIONS[rule](needs);
