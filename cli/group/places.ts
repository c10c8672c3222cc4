import type { AllProgress } from '../../contract/progress.js';
import type { RunProgress } from '../../contract/run.js';
import type { PipelineProgress } from '../../contract/pipeline-run.js';
import type { Temporal } from '../run/temporal-connection.js';
import { askGroup } from './ask-group.js';

/** Progress with the places in the queue of the runs that wait for a group. The gate alone knows them. */
export async function withPlaces(temporal: Temporal, all: AllProgress): Promise<AllProgress> {
  const waiting = Object.values(all).filter(
    (one): one is RunProgress => 'jobId' in one && one.phase === 'waiting-for-group',
  );
  if (waiting.length === 0) return all;
  const groups = new Set(waiting.flatMap(({ group }) => group?.name ?? []));
  const notes = new Map<string, string>();
  for (const name of groups) {
    const members = waiting.filter(({ group }) => group?.name === name);
    const entries = members.flatMap(({ group }) => group?.entry ?? []);
    const view = await askGroup(temporal, name, { entries });
    if (view === undefined || view === 'none' || view.limit === undefined) continue;
    for (const { group, submission } of members) {
      const place = view.places[group?.entry ?? ''];
      if (place === undefined) continue;
      const used = `${view.used} of ${view.limit} in use`;
      notes.set(
        submission,
        `number ${place} of ${view.queued} that wait for group ${name} (${used})`,
      );
    }
  }
  return Object.fromEntries(
    Object.entries(all).map(([key, one]) => [
      key,
      'pipeline' in one ? withNotes(one, notes) : noted(one, notes),
    ]),
  );
}

type Noted = { readonly submission?: string; readonly note?: string };

function noted<One extends Noted>(one: One, notes: ReadonlyMap<string, string>): One {
  const note = notes.get(one.submission ?? '');
  return note === undefined ? one : { ...one, note };
}

const withNotes = (
  progress: PipelineProgress,
  notes: ReadonlyMap<string, string>,
): PipelineProgress => ({
  ...progress,
  steps: Object.fromEntries(
    Object.entries(progress.steps).map(([id, step]) => [
      id,
      step.running === undefined
        ? step
        : { ...step, running: step.running.map((item) => noted(item, notes)) },
    ]),
  ),
});
