import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** Decisions and the changes that they tell of keep the words of their day; histories are data. */
const KEPT = /^(docs\/decisions\/|test\/replay\/histories\/|test\/fence\/vocabulary\.test\.ts$)/;

/** Names that were public, or stood on the wire, before the vocabulary of today. Each row: what says it now, and the old words. */
const OLD: readonly (readonly [string, RegExp])[] = [
  ['exclusive', /\bsoleWriter\b|--sole-writer\b/],
  ['nothing: what was joined is never stopped', /\bcancelJoined\b|--cancel-joined\b/],
  ['duplicates', /twins?\b/i],
  ['exactMatch', /\bsure: (true|false)\b|\.sure\b/],
  ['submissionOutcome', /\bobtained\b/],
  ['previousAttempts', /\bearlier: \[|\.earlier\b/],
  ['outcomeUnknown, DataFlowSubmissionUnknown', /doubt/i],
  ['reconciling', /'looking'|`looking`/],
  ['awaiting-resolution', /'holding'|`holding`/],
  ['backing-off', /'pausing'|`pausing`/],
  ['waiting-for-capacity', /waiting-for-place/],
  ['submitted', /obtained: 'posted'|`posted`/],
  ['permitTtlMs', /\bpermitMs\b/],
  ['submitTimeoutMs', /\bpostMs\b/],
  ['maxListingDelayMs', /\bvisibleWithin(Ms)?\b/],
  ['waitHeartbeatTimeoutMs', /\brecoverWithin(Ms)?\b/],
  ['maxSignatureAgeMs', /\bsignatureAgeMs\b/],
  ['backdateSubmit', /\bexpiringPost\b/],
  ['dataflowReconcileSubmission', /\bdataflowFindSubmission\b/],
  ['dataflowAwaitCapacity', /\bdataflowAwaitFree\b/],
  ['dataflowPrepareSubmission', /\bdataflowPrepareExecution\b/],
  ['dataflowApprove', /\bdataflowDecide\b|\bdecideUpdate\b/],
  ['dataflowFailedRuns', /\bdataflowRun\b/],
  ['runIf', /\bruns: ['"`]?(succeeded|failed|done|anySucceeded|always)\b/],
];

const FILES = execFileSync('git', ['ls-files'], { cwd: ROOT, encoding: 'utf8' })
  .split('\n')
  .filter((file) => /\.(ts|mjs|md|ya?ml|json)$/.test(file) && !KEPT.test(file));

describe('the words of the product', () => {
  it.each(OLD)('%s is not called by an old name', (_, old) => {
    const found = FILES.flatMap((file) =>
      readFileSync(`${ROOT}${file}`, 'utf8')
        .split('\n')
        .flatMap((line, at) => (old.test(line) ? [`${file}:${at + 1}: ${line.trim()}`] : [])),
    );
    expect(found).toEqual([]);
  });
});
