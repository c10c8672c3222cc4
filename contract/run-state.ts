import type { Baseline } from './baseline.js';
import type { DurationHistory } from './duration-history.js';
import type { EndedAttempt, RunState } from './run.js';
import { isRecord, type Shape } from './validate.js';

const ID = { kind: 'string' } as const;
const IDS = { kind: 'list', of: ID } as const;
const COUNT = { kind: 'integer', min: 0 } as const;
const MS = { kind: 'number' } as const;
const FLAG = { kind: 'boolean' } as const;

const DURATIONS = {
  completedMs: { kind: 'list', of: MS },
  failedMs: { kind: 'list', of: MS },
} as const satisfies Shape<DurationHistory>;

const BASELINE = {
  baselineMs: { ...MS, unset: 'answers without a date' },
  incomplete: { ...FLAG, unset: 'complete' },
  knownIds: IDS,
  knownSinceMs: { ...MS, unset: 'all that was listed is known' },
} as const satisfies Shape<Baseline>;

const ENDED_ATTEMPT = {
  executionId: ID,
  status: ID,
  duplicates: IDS,
} as const satisfies Shape<EndedAttempt>;

/** A run that continued from an incomplete state could lose an execution, or start a second one. */
export const RUN_STATE = {
  version: { kind: 'integer', min: 1, max: 1, must: 'must be 1' },
  jobId: ID,
  submission: ID,
  attempt: COUNT,
  posts: COUNT,
  previousAttempts: {
    kind: 'list',
    of: { kind: 'object', options: ENDED_ATTEMPT, isOpen: true },
  },
  timeLeftMs: { ...MS, unset: 'no runTimeout' },
  group: {
    kind: 'object',
    isOpen: true,
    unset: 'it is in no group',
    options: { entry: ID, place: { ...MS, unset: 'it waits' } },
  },
  started: {
    kind: 'object',
    isOpen: true,
    unset: 'there is no execution yet',
    options: {
      executionId: ID,
      submissionOutcome: {
        kind: 'choice',
        choices: { submitted: 'by its POST', adopted: 'by reconciling', joined: 'by joining' },
      },
      exactMatch: FLAG,
      waitHeartbeatTimeoutMs: MS,
      limitMs: MS,
      seen: { kind: 'object', options: DURATIONS, isOpen: true, unset: 'no durations are known' },
      timeoutMs: { ...MS, unset: 'the default of the service' },
    },
  },
  posted: {
    kind: 'object',
    isOpen: true,
    unset: 'no POST was made',
    options: {
      first: { kind: 'object', options: BASELINE, isOpen: true },
      // Holds what the service has stored: its older generations store what they do not accept.
      sent: { kind: 'list', of: { kind: 'custom', must: 'must be an object', isFit: isRecord } },
      settlesInMs: MS,
      windowMs: MS,
      outcomeUnknown: FLAG,
      wasEverUnknown: FLAG,
    },
  },
  duplicates: IDS,
  copies: IDS,
  notOurs: IDS,
  claimedIds: IDS,
} as const satisfies Shape<RunState>;
