import type { Job, JobSummary } from '../../contract/job.js';
import { type Finding, ok, warning } from './finding.js';

/** What the service showed that can tell the edition of its documentation. */
export interface Shown {
  readonly jobs: readonly JobSummary[];
  /** One of them in full, where it could be read. */
  readonly job?: Job;
}

/** Signs of the documentation since 2026-09, and of the editions before it (NOTES §1). */
function signsIn({ jobs, job }: Shown): { readonly newer: string[]; readonly older: string[] } {
  const newer = new Set<string>();
  const older = new Set<string>();
  for (const { type, status } of jobs) {
    if (type === 'VISUAL' || type === 'SCRIPT') newer.add(`jobs of type ${type}`);
    if (type === 'DATAFLOW') older.add('jobs of type DATAFLOW');
    if (status === 'READY') newer.add('job status READY');
    if (['RUNNABLE', 'EDITING', 'STOPPED'].includes(status)) older.add(`job status ${status}`);
  }
  if (job?.maxConcurrentRuns !== undefined) newer.add('maxConcurrentRuns');
  if (job?.jobCondition?.workerType !== undefined) older.add('workerType');
  return { newer: [...newer], older: [...older] };
}

const ABOUT = 'documentation';
const NO_CANCEL =
  'cancelJobExecution may be missing there: a cancelled run is then reported as left running';

/** Which edition of its documentation the service follows, from what it showed. */
export function findGeneration(shown: Shown): Finding {
  const { newer, older } = signsIn(shown);
  if (newer.length > 0 && older.length > 0) {
    return warning(
      ABOUT,
      `signs of both editions: ${newer.join(', ')}; ${older.join(', ')}`,
      'Nothing to do: both are read. Report it, with this line, if a call fails as a protocol error',
    );
  }
  if (newer.length > 0) return ok(ABOUT, `since 2026-09 (${newer.join(', ')})`);
  if (older.length > 0) return warning(ABOUT, `until 2026-08 (${older.join(', ')})`, NO_CANCEL);
  return ok(ABOUT, 'not told: there is no job to tell it by');
}
