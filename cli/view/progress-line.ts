import { cleanText } from '../../client/clean-text.js';
import type { RunProgress } from '../../contract/run.js';

const LONGEST_NOTE = 160;

/** Where one run stands, on one line and without the time: it changes only when something has happened. */
export function progressLine(run: RunProgress): string {
  const { jobId, jobName, phase, status, executionId, obtained, sure, attempt, note, lastError } =
    run;
  const how = obtained === 'adopted' && sure === false ? 'adopted by likeness' : obtained;
  const parts = [
    jobName === undefined || jobName === jobId ? jobId : `${jobName} (${jobId})`,
    phase,
    phase === 'ended' ? (run.outcome ?? status) : status,
    executionId === undefined ? undefined : `execution ${executionId}`,
    how === 'posted' ? undefined : how,
    attempt > 1 ? `attempt ${attempt}` : undefined,
    run.doubt && phase !== 'submitting' ? 'start in doubt' : undefined,
    run.twins.length > 0 ? `twins ${run.twins.join(', ')}` : undefined,
  ].filter((part) => part !== undefined && part !== '');
  const said = note === undefined ? '' : `: ${cleanText(note, [], LONGEST_NOTE)}`;
  const error =
    lastError === undefined ? '' : `; last error: ${cleanText(lastError, [], LONGEST_NOTE)}`;
  return `${parts.join('  ')}${said}${error}`;
}
