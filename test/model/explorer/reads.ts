import { baselineOf } from '../../../activities/baseline.js';
import { canMatchExactly, isCandidate, matchOf } from '../../../activities/match.js';
import { createRoundTripFields } from '../../../activities/round-trip-fields.js';
import type {
  ReconcileResult,
  MatchCriteria,
  Matches,
  Permit,
} from '../../../contract/activities.js';
import type { JobExecution } from '../../../contract/job.js';
import { keeps, type Run, shown, spend, timingsOf, type World } from './world.js';

/** Reading activities in a world: their answers and decisions. */

export const idOf = ({ jobExecutionId }: JobExecution): string => jobExecutionId;

export const listed = (world: World): JobExecution[] =>
  world.executions.filter(({ isListed }) => isListed).map((one) => shown(world, one));

/** Possible listings now: all rows, or all but one. */
export function listings(world: World): [how: string, rows: JobExecution[], rest: World][] {
  const rows = listed(world);
  const names = rows.map(idOf).join(', ');
  if (world.left.incomplete === 0) return [[names, rows, world]];
  const rest = spend(world, 'incomplete');
  const without = rows.map((row): [string, JobExecution[], World] => [
    `${names} without ${idOf(row)}, incomplete`,
    rows.filter((one) => one !== row),
    rest,
  ]);
  return [[names, rows, world], ...without];
}

/** activities/find-matches.ts, by a worker without earlier observations. */
export function judge(rows: readonly JobExecution[], criteria: MatchCriteria): Matches {
  const seen = createRoundTripFields();
  for (const row of rows) seen.saw(row);
  const judged = rows
    .filter((row) => isCandidate(row, criteria))
    .map((row) => [row, matchOf(row, criteria, seen)] as const);
  const having = (how: string): JobExecution[] =>
    judged.flatMap(([row, is]) => (is === how ? [row] : []));
  return { matches: having('yes'), possible: having('maybe') };
}

export function permitOf(
  world: World,
  { runId }: Run,
  rows: readonly JobExecution[],
  rest: World,
  criteria: MatchCriteria | undefined,
): Permit {
  const isIncomplete = rest !== world && keeps(world, 'completeBaseline');
  return {
    baselineMs: world.now,
    ...baselineOf(rows, world.now),
    ...(isIncomplete && { incomplete: true as const }),
    runId,
    job: { name: 'job', type: 'SCRIPT', status: 'READY' },
    active: [],
    found: criteria === undefined ? { matches: [], possible: [] } : judge(rows, criteria),
    timings: timingsOf(world.settings),
  };
}

/** activities/reconcile-submission.ts: result of a listing that begins now; undefined: none yet. */
export function reconciled(
  world: World,
  { criteria, endsAt }: { readonly criteria: MatchCriteria; readonly endsAt: number },
  rows: readonly JobExecution[],
  isIncomplete: boolean,
): ReconcileResult | undefined {
  const found = judge(rows, criteria);
  const exactMatch = canMatchExactly(criteria);
  const decides = exactMatch || !keeps(world, 'decidedAtTheEnd');
  if (decides && found.matches.length > 0) return { ...found, exactMatch };
  if (world.now < endsAt) return undefined;
  if (!isIncomplete || !keeps(world, 'completeListing')) return { ...found, exactMatch };
  return {
    matches: [],
    possible: [...found.matches, ...found.possible],
    exactMatch,
    incomplete: true,
  };
}
