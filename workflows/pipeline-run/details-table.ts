import type { PipelineState, PlannedStep, StepState } from '../../contract/pipeline.js';
import { planned } from '../../pipeline/planner/order.js';
import { shortened } from '../../pipeline/planner/step-states.js';
import { summaryOf } from '../../pipeline/planner/summary.js';
import { phaseOfRun } from './pipeline-progress.js';
import type { PipelineRun } from './pipeline-run.js';

/** Maximum number of rows; steps that succeeded are dropped first. */
const MAX_ROWS = 60;

/** The run as Markdown, for the current details in the Temporal UI. */
export function detailsTable(
  run: Pick<PipelineRun, 'surroundings' | 'state'> & Partial<Pick<PipelineRun, 'last'>>,
): string {
  const { surroundings, state, last } = run;
  const { plan } = surroundings;
  const ids = Object.keys(plan.steps);
  const shown = ids.length <= MAX_ROWS ? ids : telling(ids, state);
  const rows = shown.map((id) => rowOf(id, planned(plan, id).kind, state.steps[id]));
  const hidden = ids.length - shown.length;
  return [
    `**${plan.pipeline}** ${phaseOfRun(run)}`,
    '',
    '| step | status | items | execution | note |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    ...(last === undefined
      ? []
      : Object.keys(last.surroundings.plan.steps).map((id) =>
          rowOf(id, planned(last.surroundings.plan, id).kind, last.state.steps[id]),
        )),
    ...(hidden > 0 ? ['', `and ${hidden} further steps`] : []),
  ].join('\n');
}

/** Running and failed steps first, then waiting ones; each in the order of the plan. */
function telling(ids: readonly string[], { steps }: PipelineState): readonly string[] {
  const rank = (id: string): number => RANKS.indexOf(steps[id]?.status ?? 'pending');
  const chosen = new Set(ids.toSorted((a, b) => rank(a) - rank(b)).slice(0, MAX_ROWS));
  return ids.filter((id) => chosen.has(id));
}

const RANKS: readonly string[] = [
  ...['failed', 'running', 'canceled', 'pending', 'skipped', 'succeeded'],
];

function rowOf(id: string, kind: PlannedStep['kind'], step: StepState | undefined): string {
  if (step === undefined) return `| ${id} | pending | | | |`;
  const { status, items, executionId = '', reason = '' } = summaryOf(step, kind);
  const { succeeded = 0, total = 0 } = items ?? {};
  const share = items === undefined ? '' : `${succeeded}/${total}`;
  return `| ${id} | ${status} | ${share} | ${executionId} | ${cell(reason)} |`;
}

const MAX_CELL = 120;

/** Escapes a string so that it stays in its cell. */
const cell = (text: string): string => shortened(text.replaceAll(/[\r\n|]+/g, ' '), MAX_CELL);
