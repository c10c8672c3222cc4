import type { Mutant } from './mutant.js';

const SUBMISSION = 'test/unit/workflows/submission.test.ts';
const BAD_STATE = 'test/unit/workflows/bad-state.test.ts';
const SEVERAL = 'test/unit/workflows/several-runs.test.ts';
const LOOK = 'test/unit/activities/find-submission.test.ts';
const MATCH = 'test/unit/activities/match.test.ts';
const ENDING = 'test/unit/workflows/ending.test.ts';

/** Rules 3 to 5 and 7: doubt, looks that end late, whom to adopt. */
export const LOOKING_MUTANTS: readonly Mutant[] = [
  {
    breaks: 'doubt cleared without a look',
    file: 'workflows/run/obtain.ts',
    from: "return posted === 'doubt' ? await settled(run, submission) : posted;",
    to: "return posted === 'doubt' ? ((submission.doubt = false), 'again' as const) : posted;",
    killer: [SUBMISSION, 'looks before anything else when the outcome'],
  },
  {
    breaks: 'last "not sent" clears doubt',
    file: 'workflows/run/post.ts',
    from: "return 'doubt';",
    to: "submission.doubt = submission.refusedInRow === undefined;\n      return submission.doubt ? 'doubt' : 'again';",
    killer: [SUBMISSION, 'looks also when an earlier POST was proven not sent'],
  },
  {
    breaks: 'bad-state under doubt taken at its word',
    file: 'workflows/run/post.ts',
    from: 'if (submission.everDoubted && !submission.reviewed) {',
    to: 'if (submission.everDoubted && submission.reviewed) {',
    killer: [BAD_STATE, 'after a doubt that was settled means a look'],
  },
  {
    breaks: 'look ends early',
    file: 'activities/find-submission.ts',
    from: 'if (leftMs <= 0 && reading.complete)',
    to: 'if (reading.complete)',
    killer: [LOOK, 'ends with the first listing begun at or after its end'],
  },
  {
    breaks: 'listing begun too early',
    file: 'activities/find-submission.ts',
    from: 'if (leftMs <= 0 && reading.complete)',
    to: 'if (endsAtMs <= performance.now() && reading.complete)',
    killer: [LOOK, 'does not end with a listing that was begun before its end'],
  },
  {
    breaks: 'look too short for visibleWithin',
    file: 'workflows/run/post.ts',
    from: 'run.port.now() + leavesMs + postMs + visibleWithinMs',
    to: 'run.port.now() + leavesMs + postMs + 0 * visibleWithinMs',
    killer: [SUBMISSION, 'looks before anything else when the outcome'],
  },
  {
    breaks: 'first match adopted when unsure',
    file: 'activities/find-submission.ts',
    from: 'if (sure && found.matches.length > 0)',
    to: 'if (found.matches.length > 0)',
    killer: [LOOK, 'takes an unsure match only at its end'],
  },
  {
    breaks: 'one of several adopted',
    file: 'workflows/run/doubt.ts',
    from: 'if (oldest !== undefined && (sure || (others.length === 0 && !mustEnd))) {',
    to: 'if (oldest !== undefined && (sure || !mustEnd)) {',
    killer: [SUBMISSION, 'is ambiguous when several executions could be it'],
  },
  {
    breaks: 'latest baseline in place of the first: looks and twins',
    file: 'workflows/run/obtain.ts',
    from: 'submission.first ??= baselineOf',
    to: 'submission.first = baselineOf',
    killer: [SUBMISSION, 'takes a fresh permit for a second POST'],
  },
  {
    breaks: 'what appears between look and baseline is not taken',
    file: 'workflows/run/obtain.ts',
    from: "if (late !== 'none') return late;",
    to: '',
    killer: [SUBMISSION, 'takes what appears between the look and the next baseline'],
  },
  {
    breaks: 'known executions adopted',
    file: 'activities/match.ts',
    from: 'knownIds.includes(jobExecutionId) ||',
    to: '',
    killer: [MATCH, 'that the baseline knows'],
  },
  {
    breaks: "another submission's execution adopted",
    file: 'activities/match.ts',
    from: '!claimedIds.includes(execution.jobExecutionId) &&',
    to: '',
    killer: [MATCH, 'that is another submission of the workflow'],
  },
  {
    breaks: 'triggered execution adopted',
    file: 'activities/match.ts',
    from: "(execution.triggerId ?? '') === '' &&",
    to: '',
    killer: [MATCH, 'that a trigger started'],
  },
  {
    breaks: 'older execution adopted',
    file: 'activities/match.ts',
    from: "Date.parse(createdDate ?? '') < knownSinceMs",
    to: 'createdDate === String(knownSinceMs)',
    killer: [MATCH, 'created long before what the baseline knows'],
  },
  {
    breaks: 'a match refused for its date, by another clock',
    file: 'activities/match.ts',
    from: '!isKnown(execution, since) &&',
    to: "!isKnown(execution, since) &&\n    !(Date.parse(execution.createdDate ?? '') < (since.baselineMs ?? 0) - 2_000) &&",
    killer: ['test/model/exactly-once.test.ts', 'start each submission at most once'],
  },
  {
    breaks: 'look ended by a wall clock',
    file: 'activities/find-submission.ts',
    from: 'const leftMs = endsAtMs - performance.now();',
    to: 'const leftMs = endsAtMs - performance.now() - (Date.now() % 3_600_000);',
    killer: [LOOK, 'does not end early because the Date'],
  },
  {
    breaks: 'likeness accepted in place of the run key',
    file: 'activities/match.ts',
    from: 'if (runKey !== undefined) {',
    to: 'if (runKey !== undefined && sent.length === 0) {',
    killer: [MATCH, 'goes by the run key alone'],
  },
  {
    breaks: 'candidates that a word ruled out are taken all the same',
    file: 'workflows/run/mark.ts',
    from: '...submission.notOurs,',
    to: '',
    killer: [SUBMISSION, 'posts again when the word is none'],
  },
  {
    breaks: 'state of a run that posts hides the doubt',
    file: 'workflows/run/post.ts',
    from: 'submission.doubt = true; // until the outcome says otherwise',
    to: '',
    killer: [ENDING, 'of a run that posts says doubt'],
  },
  {
    breaks: 'a difference that the service may have made taken for somebody else',
    file: 'activities/match.ts',
    from: "return different.some((member) => faithful.has(member)) ? 'no' : 'maybe';",
    to: "return different.some((member) => faithful.has(member)) ? 'no' : 'no';",
    killer: [MATCH, 'is unsure of a difference in a member'],
  },
  {
    breaks: 'what may be ours taken for nothing',
    file: 'workflows/run/doubt.ts',
    from: 'const seen = oldest === undefined ? possible : matches;',
    to: 'const seen = oldest === undefined ? possible.slice(0, 0) : matches;',
    killer: [SEVERAL, 'makes what could be ours ambiguous'],
  },
  {
    breaks: 'a hold keeps its turn',
    file: 'workflows/run/obtain.ts',
    from: "if (turn.kind === 'done') turn.value();",
    to: '',
    killer: [SEVERAL, 'has its turn from permit to id, and gives it up while it is held'],
  },
  {
    breaks: "another run's execution taken for a twin",
    file: 'workflows/run/twins.ts',
    from: '!claimed.includes(id) &&',
    to: '',
    killer: [SEVERAL, 'neither names nor stops an execution that another run has claimed'],
  },
  {
    breaks: 'twin stopped although another run is in doubt',
    file: 'workflows/run/twins.ts',
    from: 'if (sureTwins && isCertain)',
    to: 'if (sureTwins)',
    killer: [SEVERAL, 'names, but does not stop, a twin that may be the start of another run'],
  },
];
