import { cleanText } from '../../client/clean-text.js';
import type { RunProgress } from '../../contract/run.js';

const MAX_NOTE = 160;

/** Progress of a run in one line. It has no time, so that it changes only when the run does. */
export function progressLine(run: RunProgress): string {
  const {
    jobId,
    jobName,
    phase,
    status,
    executionId,
    submissionOutcome,
    exactMatch,
    attempt,
    note,
    lastError,
  } = run;
  const how =
    submissionOutcome === 'adopted' && exactMatch === false
      ? 'adopted by likeness'
      : submissionOutcome;
  const parts = [
    jobName === undefined || jobName === jobId ? jobId : `${jobName} (${jobId})`,
    phase,
    phase === 'ended' ? (run.outcome ?? status) : status,
    executionId === undefined ? undefined : `execution ${executionId}`,
    how === 'submitted' ? undefined : how,
    attempt > 1 ? `attempt ${attempt}` : undefined,
    run.outcomeUnknown && phase !== 'submitting' ? 'outcome unknown' : undefined,
    run.duplicates.length > 0 ? `duplicates ${run.duplicates.join(', ')}` : undefined,
  ].filter((part) => part !== undefined && part !== '');
  const said = note === undefined ? '' : `: ${cleanText(note, [], MAX_NOTE)}`;
  const error =
    lastError === undefined ? '' : `; last error: ${cleanText(lastError, [], MAX_NOTE)}`;
  return `${parts.join('  ')}${said}${error}`;
}
