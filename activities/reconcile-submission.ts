import { activityInfo, type Info } from '@temporalio/activity';
import type { ReconcileInput, ReconcileResult } from '../contract/activities.js';
import type { Reporting } from '../contract/wait-report.js';
import type { NewestExecutions } from '../polling/newest-executions.js';
import { ExecutionListTooLong } from '../polling/newest-pages.js';
import { runActivity, BEAT_MS, pause } from './activity-context.js';
import { createMatchFinder, readBackTo } from './find-matches.js';
import { canMatchExactly } from './match.js';
import type { FindProfile, Profile } from './profile.js';
import { reporting } from './wait-report.js';

const FIRST_PAUSE_MS = 500;
const MAX_PAUSE_MS = 5_000;

/**
 * As `dataflowReconcileSubmission` of DataFlowActivities says. Time is measured by the monotonic clock of this
 * process: the `Date` of one answer and the wall clock of this machine may be far ahead.
 */
export const reconcileSubmission = (profiles: FindProfile) =>
  reporting((input: ReconcileInput & Reporting): Promise<ReconcileResult> =>
    runActivity(
      { jobId: input.jobId },
      BEAT_MS,
      async ({ signal, heartbeatNow }) => {
        const endsAtMs = performance.now() + leftOf(input, activityInfo());
        const profile = profiles(input.profile);
        const exactMatch = canMatchExactly(input.criteria);
        const finder = createMatchFinder(profile, input.criteria);
        let provesUntilMs: number | undefined;
        let pauseMs = FIRST_PAUSE_MS;
        for (let round = 1; ; round += 1) {
          const leftMs = endsAtMs - performance.now(); // before the listing begins
          const isOver = provesUntilMs !== undefined && performance.now() >= provesUntilMs;
          const reading = await listing(profile, input, leftMs <= 0, signal);
          await finder.add(reading.rows, signal);
          const found = finder.found();
          if (exactMatch && found.matches.length > 0) return { ...found, exactMatch };
          if (leftMs <= 0 && reading.complete) return { ...found, exactMatch };
          if (isOver) {
            const possible = [...found.matches, ...found.possible]; // the rows that are missing may be ours
            return { matches: [], possible, exactMatch, incomplete: true };
          }
          if (leftMs <= 0 && provesUntilMs === undefined) {
            provesUntilMs = performance.now() + profile.timings.maxListingDelayMs;
            pauseMs = FIRST_PAUSE_MS;
          }
          heartbeatNow({ round, matches: found.matches.map((match) => match.jobExecutionId) });
          const endsInMs = (provesUntilMs ?? endsAtMs) - performance.now();
          await pause(endsInMs > 0 ? Math.min(pauseMs, endsInMs) : FIRST_PAUSE_MS, signal);
          pauseMs = Math.min(pauseMs * 2, MAX_PAUSE_MS);
        }
      },
      { retries: 'all-but-permanent' },
    ),
  );

/** Reads the list once. A list that is too long gives the rows that were read. */
async function listing(
  { newest }: Profile,
  { jobId, criteria }: ReconcileInput,
  prove: boolean,
  signal: AbortSignal,
): Promise<Pick<NewestExecutions, 'rows' | 'complete'>> {
  try {
    return await newest.read(jobId, { untilOlderThanMs: readBackTo(criteria), prove, signal });
  } catch (error) {
    if (!(error instanceof ExecutionListTooLong)) throw error;
    return { rows: error.rows, complete: false };
  }
}

/**
 * Remaining time when an attempt begins. Temporal's clock shows when the first attempt and this one were scheduled.
 */
const leftOf = (
  { lastsMs }: ReconcileInput,
  info: Pick<Info, 'scheduledTimestampMs' | 'currentAttemptScheduledTimestampMs'>,
): number =>
  lastsMs - Math.max(0, info.currentAttemptScheduledTimestampMs - info.scheduledTimestampMs);
