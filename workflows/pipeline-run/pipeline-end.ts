import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { FAILURES, type FailureDetails, type FailureType } from '../../contract/failures.js';
import type { PipelineResult } from '../../contract/pipeline-run.js';
import { failedStepsOf, outcomeOf, resultStepsOf } from './pipeline-progress.js';
import type { PipelineRun } from './pipeline-run.js';

/**
 * The result of a run that has ended.
 * @throws ApplicationFailure `DataFlowPipelineFailed` or `DataFlowDeadlineExceeded`; CancelledFailure
 */
export function pipelineResult(run: PipelineRun): PipelineResult {
  const { plan, run: self } = run.surroundings;
  switch (outcomeOf(run)) {
    case 'succeeded': {
      const steps = resultStepsOf(run);
      return { pipeline: plan.pipeline, key: self.key, outcome: 'succeeded', steps };
    }
    case 'canceled':
      throw new CancelledFailure(`pipeline ${plan.pipeline} was canceled`);
    case 'timed-out':
      throw failureOf(run, 'DataFlowDeadlineExceeded', 'did not end within its runTimeout');
    case 'failed':
    case undefined: {
      const size = run.sizeProblem && `: its state ${run.sizeProblem}`;
      throw failureOf(run, 'DataFlowPipelineFailed', `failed${size ?? ''}`);
    }
  }
}

function failureOf(run: PipelineRun, type: FailureType, what: string): ApplicationFailure {
  const { pipeline } = run.surroundings.plan;
  const failed = failedStepsOf(run);
  const { remedy } = FAILURES[type];
  const named = failed.map(({ step, reason }) =>
    reason === undefined ? step : `${step}: ${reason.replace(/\.$/, '')}`,
  );
  const all = [run.state, run.last?.state].flatMap((state) => state?.ended?.failed ?? []);
  const more = all.length - failed.length;
  const steps = [...named, ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
  return ApplicationFailure.create({
    type,
    message: `pipeline ${pipeline} ${what}${steps === '' ? '' : ` (${steps})`}. ${remedy}`,
    nonRetryable: true,
    details: [{ pipeline, failed, remedy } satisfies FailureDetails],
  });
}
