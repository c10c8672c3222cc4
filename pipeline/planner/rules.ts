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
  /** Whether it was skipped because of a failure further upstream. */
  readonly isSkippedByFailure?: boolean;
}

/** A canceled step counts as failed: it did not do what others need. */
export const isBad = (status: StepStatus): boolean => status === 'failed' || status === 'canceled';

/**
 * Whether the step itself failed. A step that the failure of another one stopped did not. The end of a step that runs
 * again does not count.
 */
export const isFailure = ({ status, why, counts, repeat }: StepState): boolean =>
  repeat !== true &&
  ((isBad(status) && why !== 'stop') ||
    (status === 'running' && counts.failed + counts.canceled > 0));

export const hasEnded = (status: StepStatus): boolean =>
  status !== 'pending' && status !== 'running';

/** Why the whole run ends, with all running items stopped; undefined if it does not. */
export const endingOf = ({ stopping }: Pick<PipelineState, 'stopping'>): RunEnding | undefined =>
  stopping === 'failure' ? undefined : stopping;

/** By rule: why a step does not run whose needs have all ended; undefined: it runs. */
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

export const objectionOf = (rule: RunIf, needs: readonly Need[]): string | undefined =>
  OBJECTIONS[rule](needs);
