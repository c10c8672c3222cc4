import type {
  PipelineMessage,
  PipelinePlan,
  PipelineState,
  RunEnding,
  StepState,
} from '../../contract/pipeline.js';
import { suggest } from '../../contract/suggest.js';
import { endingOf, hasEnded } from './rules.js';

type Of<Kind extends PipelineMessage['kind']> = Extract<PipelineMessage, { readonly kind: Kind }>;

/**
 * Why a message cannot be applied, and what is possible instead; undefined if it can. Pause and resume may be repeated,
 * because they set a state.
 */
export function messageRefusal(
  plan: PipelinePlan,
  state: PipelineState,
  message: PipelineMessage,
): string | undefined {
  if (state.ended !== undefined) {
    const { outcome } = state.ended;
    return `The run has ended (${outcome}): start a new one${outcome === 'succeeded' ? '' : ', or rerun it from its failed steps'}.`;
  }
  const ending = endingOf(state);
  if (ending !== undefined) {
    return `The run ${ENDINGS[ending]} and ends when its running steps have stopped: then rerun it from its failed steps.`;
  }
  if (message.kind === 'pause' || message.kind === 'resume') return undefined;
  const step = Object.hasOwn(plan.steps, message.step) ? state.steps[message.step] : undefined;
  if (step === undefined) return noSuchStep(plan, message.step);
  switch (message.kind) {
    case 'cancelStep':
      return refusalOfCancel(message.step, step);
    case 'retryStep':
      return refusalOfRetry(message.step, step);
    case 'skipStep':
      return refusalOfSkip(plan, message.step, step);
    case 'approve':
      return refusalOfDecide(plan, message, step);
  }
}

const ENDINGS: Readonly<Record<RunEnding, string>> = {
  cancel: 'was canceled',
  deadline: 'has used up its runTimeout',
  size: 'has become too large to be continued',
};

function noSuchStep(plan: PipelinePlan, id: string): string {
  const names = Object.keys(plan.steps);
  const near = suggest(id, names);
  const shown = names.slice(0, 10).join(', ') + (names.length > 10 ? ', …' : '');
  const hint = near === undefined ? `Steps: ${shown}.` : `Did you mean ${near}?`;
  return `Pipeline ${plan.pipeline} has no step ${id}. ${hint}`;
}

const because = ({ reason }: StepState): string => (reason === undefined ? '' : ` (${reason})`);

function refusalOfCancel(id: string, step: StepState): string | undefined {
  if (step.status === 'running') return undefined;
  return step.status === 'pending'
    ? `Step ${id} has not begun, so there is nothing to cancel: skip it instead.`
    : `Step ${id} has ended already: ${step.status}${because(step)}.`;
}

function refusalOfRetry(id: string, step: StepState): string | undefined {
  switch (step.status) {
    case 'failed':
    case 'canceled':
      return undefined;
    case 'pending':
      return `Step ${id} has not failed: it waits for its turn.`;
    case 'running':
      return `Step ${id} still runs: retry it when it has ended, or cancel it first.`;
    case 'succeeded':
      return `Step ${id} has succeeded: only a failed or canceled step can be retried.`;
    case 'skipped':
      return step.by === undefined
        ? `Step ${id} was skipped${because(step)}: only a failed or canceled step can be retried; what was skipped because of it then runs too.`
        : `Step ${id} was skipped${because(step)}: retry ${step.by}, then it runs too.`;
  }
}

function refusalOfSkip(plan: PipelinePlan, id: string, step: StepState): string | undefined {
  if (step.status === 'running') {
    const instead = plan.steps[id]?.kind === 'approval' ? 'decide or cancel it' : 'cancel it';
    return `Step ${id} runs: ${instead} first.`;
  }
  if (step.status === 'succeeded' || step.status === 'skipped') {
    return `Step ${id} has ended already: ${step.status}${because(step)}.`;
  }
  return undefined;
}

function refusalOfDecide(
  plan: PipelinePlan,
  { step: id, item }: Of<'approve'>,
  step: StepState,
): string | undefined {
  const kind = plan.steps[id]?.kind;
  if (kind !== 'approval') {
    const approvals = Object.keys(plan.steps).filter((it) => plan.steps[it]?.kind === 'approval');
    const hint =
      approvals.length === 0 ? 'This pipeline has none.' : `Approvals: ${approvals.join(', ')}.`;
    return `Step ${id} is not an approval. ${hint}`;
  }
  if (hasEnded(step.status))
    return `Step ${id} was decided already: ${step.status}${because(step)}.`;
  if (step.status === 'pending') return `Step ${id} is not waiting for a decision yet.`;
  if (step.canceling) return `Step ${id} is being canceled: nothing is left to decide.`;
  if (item === undefined) {
    return step.counts.running > 0 ? undefined : `No item of step ${id} waits for a decision now.`;
  }
  const status = step.items[item]?.status;
  if (status === 'running') return undefined;
  return status === undefined
    ? `Step ${id} has no item ${item}: it has items 0 to ${step.items.length - 1}.`
    : `Item ${item} of step ${id} is not waiting for a decision: ${status}.`;
}
