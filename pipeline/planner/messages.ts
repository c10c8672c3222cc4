import type { PipelineMessage, StepState } from '../../contract/pipeline.js';
import { retry, skipFailed } from './retry.js';
import { type Draft, setItem, setStep, stepOf } from './draft.js';
import { stopItems } from './item-events.js';
import { shortened } from './step-states.js';
import { noteFailure } from './stop.js';

/** Applies a message that `messageRefusal` does not refuse. */
export function applyMessage(draft: Draft, message: PipelineMessage): void {
  switch (message.kind) {
    case 'pause':
    case 'resume':
      draft.run.paused = message.kind === 'pause';
      return;
    case 'cancelStep':
      cancelStep(draft, message.step);
      return;
    case 'retryStep':
      retry(draft, message.step);
      return;
    case 'skipStep':
      skipStep(draft, message.step, shortened(message.reason ?? 'a message asked for it'));
      return;
    case 'approve':
      decide(draft, message);
      return;
  }
}

/** Cancels a step. If it should have run again, it does not. */
function cancelStep(draft: Draft, id: string): void {
  const step: { -readonly [Member in keyof StepState]: StepState[Member] } = {
    ...stepOf(draft, id),
    canceling: true,
  };
  delete step.repeat;
  setStep(draft, id, step);
  stopItems(draft, id);
}

function skipStep(draft: Draft, id: string, reason: string): void {
  const step = stepOf(draft, id);
  if (step.status === 'pending') setStep(draft, id, { ...step, skip: true, reason });
  else skipFailed(draft, id, reason);
}

type Decision = Extract<PipelineMessage, { readonly kind: 'approve' }>;

function decide(draft: Draft, message: Decision): void {
  const { step, item: only, approve } = message;
  for (const [index, { status, attempt }] of stepOf(draft, step).items.entries()) {
    if (status !== 'running' || (only !== undefined && only !== index)) continue;
    const word = approve
      ? { status: 'succeeded' as const, output: answerOf(message) }
      : { status: 'failed' as const, output: answerOf(message), reason: rejectionOf(message) };
    setItem(draft, step, index, { ...word, attempt });
    draft.commands.push({ kind: 'discard', step, index, attempt });
    if (!approve) noteFailure(draft, step);
  }
}

/** Output of an approval, for expressions. */
const answerOf = ({ approve, by, comment }: Decision): Readonly<Record<string, unknown>> => ({
  approved: approve,
  ...(by !== undefined && { by }),
  ...(comment !== undefined && { comment }),
});

const rejectionOf = ({ by, comment }: Decision): string =>
  shortened(
    `rejected${by === undefined ? '' : ` by ${by}`}${comment === undefined ? '' : `: ${comment}`}`,
  );
