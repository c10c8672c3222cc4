import { isTerminal } from '../../contract/job.js';
import { ticketOf } from '../../contract/group.js';
import { dispatch } from './dispatch.js';
import { runFailure } from './failures.js';
import { limits, whyMustEnd } from './limits.js';
import { show } from './progress.js';
import { type Run, type RunEntry, trackedOf } from './run.js';

/** Takes up the entry of a state. Another workflow run made it: this one enters again before it submits. */
export function expectCarriedEntry(
  { group }: Run['plan'],
  state: { readonly group?: { readonly entry: string; readonly place?: number } },
  port: Pick<Run['port'], 'expectEntry'>,
): RunEntry | undefined {
  if (group === undefined || state.group === undefined) return undefined;
  const { entry, place } = state.group;
  return { entry, place, isStale: true, forget: port.expectEntry(ticketOf(entry)) };
}

/** The gate has granted the entry of this run, and no later run replaced it. */
export const isEntryGranted = ({ plan, entry }: Run): boolean =>
  plan.group === undefined || (entry?.place !== undefined && entry.isStale !== true);

/** Waits until the run may submit. It holds its part of the group until {@link leaveGroup}. */
export async function enterGroup(run: Run): Promise<void> {
  const { group, weight, priority } = run.plan;
  if (group === undefined || isEntryGranted(run) || run.submission.state.kind !== 'ready') return;
  show(run, {
    phase: 'waiting-for-group',
    note: `waits for group ${group}`,
    group: { name: group },
  });
  const entry = await entered(run, group, { weight, priority });
  if (entry === undefined) return;
  show(run, { group: { name: group, entry } });
  const waited = await run.port.awaitGrant(entry, {
    ...limits(run, 'await the group of'),
    onUnset: () => {
      const note = `waits: group ${group} has no limit yet. Set one: dataflow group set ${group} --limit 8`;
      show(run, { note });
    },
  });
  if (waited.kind !== 'done' || waited.value.answer !== 'granted') {
    if (waited.kind === 'done') refuse(run, group);
    else mustEnd(run, waited.kind === 'cancelled' ? 'cancelled' : 'timed-out', group);
    return;
  }
  const { place = 0 } = waited.value;
  if (run.entry !== undefined) run.entry = { ...run.entry, entry, place };
}

/** The entry at the gate: the one of the run, or a new one. Undefined: the run ends. */
async function entered(
  run: Run,
  group: string,
  { weight, priority }: { readonly weight: number; readonly priority: number },
): Promise<string | undefined> {
  const before = run.entry;
  if (before?.entry !== undefined && before.isStale !== true) return before.entry;
  before?.forget();
  run.entries = (run.entries ?? 0) + 1;
  const ticket = `${run.submission.key}/${run.entries}`;
  const forget = run.port.expectEntry(ticket);
  run.entry = { entry: undefined, place: undefined, forget };
  const { jobId, profile } = run.plan;
  const waited = await run.port.enterGroup(
    {
      ...{ group, ticket, jobId },
      ...(profile !== undefined && { profile }),
      ...(weight !== 1 && { weight }),
      ...(priority !== 0 && { priority }),
      ...(before?.entry !== undefined && { replaces: before.entry }),
      ...(before?.place !== undefined && { place: before.place }),
    },
    limits(run, 'enter the group of'),
  );
  if (waited.kind === 'done') {
    run.entry = { ...run.entry, entry: waited.value.entry };
    return waited.value.entry;
  }
  if (waited.kind === 'failed') dispatch(run, { kind: 'activityFailed', failure: waited.failure });
  else mustEnd(run, waited.kind, group);
  return undefined;
}

function mustEnd(run: Run, kind: 'cancelled' | 'timed-out', group: string): void {
  const why = whyMustEnd(run) ?? kind;
  dispatch(run, {
    kind: 'mustEnd',
    why,
    detail: `it waited for group ${group} and started nothing`,
  });
}

function refuse(run: Run, group: string): void {
  const message = `group ${group} has its greatest number of waiting runs; nothing was started`;
  const { failure } = runFailure(run, 'DataFlowBadState', message);
  if (failure !== undefined) dispatch(run, { kind: 'activityFailed', failure });
}

/** Releases what the run holds of its group, if it has entered. */
export async function leaveGroup(run: Run): Promise<void> {
  const { group } = run.plan;
  const { entry: of } = run;
  if (group === undefined || of === undefined) return;
  run.entry = undefined;
  of.forget();
  if (of.entry !== undefined)
    await run.port.leaveGroup({ group, entry: of.entry, hasEnded: hasProvablyEnded(run) });
}

/** Whether nothing of the submission runs, for certain. If not, the gate finds out by what the service shows. */
export function hasProvablyEnded(run: Run): boolean {
  const { submission, progress } = run;
  const { state } = submission;
  const { record } = state;
  if (record.wasEverUnknown || record.duplicates.length > 0) return false;
  if (trackedOf(submission) === undefined) return state.kind === 'atCapacity' || record.posts === 0;
  return isTerminal(progress.status ?? '') && progress.unknown === undefined;
}
