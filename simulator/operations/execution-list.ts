import { type ExecutionRecord, hasStarted, isActive, statusAt } from '../execution.js';
import { type ExecutionView, toExecutionView, toListedView } from '../execution-view.js';
import { ok, type Outcome } from '../outcome.js';
import { type JobRecord, type ServiceState, shownExecutions } from '../service-state.js';
import type { Switches } from '../switches.js';
import type { ServiceCall } from './operation.js';
import { pageOf } from './page.js';

export function listed(state: ServiceState, job: JobRecord, { now, query }: ServiceCall): Outcome {
  const { switches } = state;
  const isOnceOnly = switches.listedFor === 'once';
  const shown = shownExecutions(job, now).filter(
    ({ executionId, origin }) =>
      !isOnceOnly || origin === 'history' || !state.listedIds.has(executionId),
  );
  const rows = inOrder(shown, switches, now);
  const view = (execution: ExecutionRecord): Row => {
    if (switches.readyInLists === 'absent' && statusAt(execution, now) === 'READY')
      return undefined;
    if (isOnceOnly) state.listedIds.add(execution.executionId);
    return toListedView(toExecutionView(state, job, execution, now), switches);
  };
  const page = pageOf(rows, query, switches, view, 0, switches.pageCap ?? Infinity);
  if (page.kind !== 'ok') return page;
  const body = page.body as { readonly list: readonly Row[] };
  return ok({ ...body, list: spoiled(body.list, switches) });
}

/** Undefined: the row is left out. */
type Row = ExecutionView | undefined;

/** The odd row is added: a page of 100 rows has 101. */
function spoiled(list: readonly Row[], { oddRow, repeatedRows }: Switches): readonly Row[] {
  const shown = list.filter((row) => row !== undefined);
  const repeated = repeatedRows ? [...shown.slice(0, -1), ...shown.slice(0, 1)] : shown;
  return oddRow ? [{ jobExecutionId: null, status: 'RUNNING' }, ...repeated] : repeated;
}

/** The result is reversed later if the newest is listed first. @param rows oldest first */
function inOrder(
  rows: readonly ExecutionRecord[],
  { listedBy, listOrder }: Switches,
  now: number,
): readonly ExecutionRecord[] {
  if (listedBy === 'created') return rows;
  const last = listOrder === 'newest' ? -Infinity : Infinity;
  const keyOf = (execution: ExecutionRecord): number => {
    if (listedBy === 'end') return isActive(execution, now) ? last : execution.plan.endAt;
    return hasStarted(execution, now) ? execution.plan.startAt : last;
  };
  return rows.toSorted((a, b) => (keyOf(a) === keyOf(b) ? 0 : keyOf(a) - keyOf(b)));
}
