import type { JobCondition } from '../../contract/job.js';
import type { JobStep } from '../../contract/pipeline.js';
import type { RunPhase, RunState } from '../../contract/run.js';
import { evaluateTemplate, evaluateText } from '../../pipeline/expressions/evaluate-template.js';
import { startRun } from '../run-job.js';
import type { ItemStart, RunningItem } from './item.js';
import { report } from './item.js';

/** A POST is under way, or its end is about to be reported. */
const MUST_SETTLE: readonly RunPhase[] = ['submitting', 'ended'];
/** These may be begun anew, but it is better to see their end. */
const SHOULD_SETTLE: readonly RunPhase[] = ['preparing', 'looking', 'stopping'];

/** A job step is `runJob` with all its options. Its run goes on after continue-as-new from its state. */
export function startJobItem(start: ItemStart<JobStep>): RunningItem {
  const { step, carried, onStarted } = start;
  const { jobId, options } = step;
  const jobCondition = carried?.jobCondition ?? conditionOf(start);
  const profile = options.profile ?? start.profile;
  let shown = carried?.run?.started?.executionId;
  const handle = startRun(
    {
      ...{ jobId, ...options, jobCondition },
      ...(profile !== undefined && { profile }),
      ...(carried?.run !== undefined && { state: carried.run }),
    },
    ({ executionId }) => {
      if (executionId === undefined || executionId === shown) return;
      shown = executionId;
      onStarted(executionId);
    },
  );
  report(
    start,
    handle.result().then(({ execution }) => ({
      outcome: 'succeeded',
      executionId: execution.jobExecutionId,
    })),
  );
  return {
    cancel: () => {
      handle.cancel();
    },
    isBusy: (isPatient) => {
      const { phase } = handle.progress();
      return MUST_SETTLE.includes(phase) || (isPatient && SHOULD_SETTLE.includes(phase));
    },
    carry: () => ({ run: leanState(handle.state()), jobCondition }),
    note: () => {
      const { phase, note } = handle.progress();
      return note === undefined ? phase : `${phase}: ${note}`;
    },
  };
}

function conditionOf({ step, values }: ItemStart<JobStep>): JobCondition {
  const condition = Object.entries(step.jobCondition).map(
    ([name, template]) => [name, evaluateTemplate(template, values)] as const,
  );
  const parameters = Object.entries(step.parameters).map(
    ([name, template]) => [name, evaluateText(template, values)] as const,
  );
  return Object.fromEntries([
    ...condition,
    ...(parameters.length > 0 ? [['parameters', Object.fromEntries(parameters)] as const] : []),
  ]);
}

/**
 * A state without what only a doubt needs: with two thousand items the first baselines and claimed ids would not fit
 * into an input.
 */
function leanState(state: RunState): RunState {
  const { posted, started, ...rest } = state;
  if (posted?.everDoubted === true) return state;
  if (started === undefined) return { ...rest, claimedIds: [], ...(posted && { posted }) };
  return { ...rest, started, claimedIds: [] };
}
