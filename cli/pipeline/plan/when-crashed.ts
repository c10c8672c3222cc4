import { durationMs, durationText } from '../../../contract/durations.js';
import type { PipelinePlan, PlannedStep } from '../../../contract/pipeline.js';
import { orderOf } from '../../../pipeline/planner/order.js';

/** An edge of the graph; what stands first has no `from`. */
export interface Edge {
  readonly from?: string;
  readonly to: string;
  /** What becomes of `to` when worker or machine dies between them, or while it is started or runs. */
  readonly text: string;
}

/**
 * What a crash does, edge by edge. What has ended stays done everywhere: its end stands in the history of the workflow,
 * which another worker takes up.
 */
export function crashEdges(plan: PipelinePlan): readonly Edge[] {
  const { ids, steps, needs } = orderOf(plan);
  return steps.flatMap((step, place) => {
    const to = ids[place] ?? '';
    const text = whenCrashed(step);
    const froms = (needs[place] ?? []).map((need) => ids[need] ?? '');
    return froms.length === 0 ? [{ to, text }] : froms.map((from) => ({ from, to, text }));
  });
}

function whenCrashed(step: PlannedStep): string {
  const each = step.forEach === undefined ? '' : 'each item by itself: ';
  return `${each}${TEXTS[step.kind](step as never)}`;
}

type Of<Kind extends PlannedStep['kind']> = Extract<PlannedStep, { readonly kind: Kind }>;

const TEXTS: { readonly [Kind in PlannedStep['kind']]: (step: Of<Kind>) => string } = {
  job: ({ options }) => {
    const isSure = options.runKeyParameter !== undefined || options.exclusive === true;
    const found = isSure ? 'found for certain' : 'found by likeness';
    const ends =
      options.onAmbiguous === 'hold' ? 'a person is asked' : 'the step fails and names candidates';
    return (
      'started once: a start whose answer is lost is looked for, never just repeated ' +
      `(${found}; where looking does not settle it, ${ends}); a wait is taken over`
    );
  },
  remoteWorkflow: () =>
    'started at most once: a start with an unknown outcome is looked for and never repeated; where it is not found the step fails',
  activity: ({ options }) => {
    const { maximumAttempts } = options.retry ?? {};
    const told = durationText(
      durationMs(options.heartbeatTimeout ?? options.startToCloseTimeout) ?? 0,
    );
    return maximumAttempts === 1
      ? `may have run and is not repeated: the step fails, ${told} after the crash at most`
      : `may run again, ${told} after the crash at most: it must bear being run twice`;
  },
  approval: () => 'goes on waiting; its time goes on, too',
  pipeline: () => 'its workflow has a fixed id: it is started once, and goes on by itself',
};
