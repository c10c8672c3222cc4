import { cleanText } from '../../client/clean-text.js';
import type { RunProgress } from '../../contract/run.js';
import type { Entry, EntryState } from './entry.js';

const MAX_NOTE = 240;

/** A run of a job as a row of the live view. */
export function runEntry(run: RunProgress): Entry {
  const { jobId, jobName, phase, status, outcome, executionId, attempt, note, lastError } = run;
  const facts = [
    phase === 'ended' ? undefined : status,
    executionId === undefined ? undefined : `execution ${executionId}`,
    attempt > 1 ? `attempt ${attempt}` : undefined,
    run.outcomeUnknown && phase !== 'submitting' ? 'outcome unknown' : undefined,
    run.duplicates.length > 0 ? `duplicates ${run.duplicates.join(', ')}` : undefined,
  ].filter((fact) => fact !== undefined && fact !== '');
  const isEnded = phase === 'ended';
  const error = lastError === undefined ? undefined : `last error: ${lastError}`;
  const said = [note, error]
    .flatMap((text) => (text === undefined ? [] : cleanText(text, [], MAX_NOTE)))
    .join('; ');
  return {
    name: jobName === undefined || jobName === jobId ? jobId : `${jobName} (${jobId})`,
    state: stateOf(run),
    status: phase === 'ended' ? endedAs(run) : phase,
    depth: 0,
    detail: [...facts, ...(said === '' || isEnded ? [] : [said])].join('  '),
    ...(isEnded && said !== '' && outcome !== 'COMPLETED' && { reason: said }),
    items: [],
  };
}

function stateOf({ phase, outcome }: RunProgress): EntryState {
  if (phase === 'waiting-for-lock' || phase === 'waiting-for-group') return 'waiting';
  if (phase !== 'ended') return 'running';
  if (outcome === 'canceled') return 'canceled';
  return outcome === 'COMPLETED' ? 'done' : 'failed';
}

const endedAs = (run: RunProgress): string => {
  const state = stateOf(run);
  return state === 'done' ? 'completed' : state;
};
