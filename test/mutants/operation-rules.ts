import type { Mutant } from './mutant.js';

const SCHEDULED_TIMES = 'test/unit/pipeline/schedule/scheduled-times.test.ts';

export const SCHEDULES: readonly Mutant[] = [
  {
    breaks: 'schedules: a time that comes twice is due once',
    file: 'pipeline/schedule/scheduled-times.ts',
    from: 'return isTwice ? [before, HOUR_MS] : [wall, 0];',
    to: 'return [isTwice ? wall : wall, 0];',
    killer: [SCHEDULED_TIMES, 'a time that comes twice is due twice west of UTC'],
  },
  {
    breaks: 'schedules: a time that no clock shows is due',
    file: 'pipeline/schedule/scheduled-times.ts',
    from: 'if (hourOf(wallAt(zone, at)) === hourOf(wall)) return at + repeatMs;',
    to: 'return at + repeatMs;',
    killer: [SCHEDULED_TIMES, 'a time that no clock shows is left out'],
  },
  {
    breaks: 'schedules: the date of a run is that of UTC',
    file: 'pipeline/definition/scheduled-run.ts',
    from: 'date: dateText(wallAt(zoneOf(schedule), atMs)),',
    to: 'date: dateText(atMs),',
    killer: [
      'test/unit/activities/prepare-pipeline.test.ts',
      'evaluates the parameters of the schedule in its zone',
    ],
  },
  {
    breaks: 'backfill: starts while it is paused',
    file: 'workflows/backfill/backfill-state.ts',
    from: 'changed.paused || changed.halt !== undefined',
    to: 'changed.halt !== undefined',
    killer: ['test/unit/workflows/backfill-state.test.ts', 'starts nothing while it is paused'],
  },
  {
    breaks: 'backfill: starts more after a cancel',
    file: 'workflows/backfill/backfill-state.ts',
    from: "return { ...state, halt: 'cancel' };",
    to: 'return state;',
    killer: ['test/unit/workflows/backfill-state.test.ts', 'a cancel starts nothing more'],
  },
];

const CLASSIFY = 'test/unit/workflows/audit-classify.test.ts';

export const AUDIT: readonly Mutant[] = [
  {
    breaks: 'audit: what an open workflow waits for is orphaned',
    file: 'workflows/audit/classify.ts',
    from: "if (owner !== undefined) return named('owned'",
    to: "if (owner !== undefined && isTriggered !== true) return named('owned'",
    killer: [CLASSIFY, 'an execution for which an open workflow waits is owned'],
  },
  {
    breaks: 'audit: what an open workflow may take up is orphaned',
    file: 'workflows/audit/classify.ts',
    from: 'if (perhaps !== undefined)',
    to: 'if (perhaps !== undefined && starter === undefined)',
    killer: [CLASSIFY, 'one that an open workflow may take up is unknown'],
  },
  {
    breaks: 'audit: an orphan is named although open workflows were not read',
    file: 'workflows/audit/classify.ts',
    from: 'return gaps.openWorkflows === true',
    to: 'return (gaps.openWorkflows as unknown) === false',
    killer: [CLASSIFY, 'nothing is orphaned while open workflows were not read'],
  },
  {
    breaks: 'audit: a copy with the run key of an orphan is orphaned',
    file: 'workflows/audit/classify.ts',
    from: 'post.runKeys.some((key) => runKeys.includes(key)) && isCreatedIn(execution, post, false),',
    to: 'post.runKeys.some((key) => runKeys.includes(key)),',
    killer: [CLASSIFY, 'an execution with the run key that a closed workflow sent'],
  },
  {
    breaks: 'audit: orphans are stopped on the word of the first reading',
    file: 'workflows/dataflow-audit.ts',
    from: 'const still = this.classified(batch).filter(',
    to: 'const still = batch.filter(',
    killer: ['test/workflows/audit.test.ts', 'leaves an orphan alone whose owner appears'],
  },
];

const FINALLY_TEST = 'test/workflows/pipeline-finally.test.ts';

export const FINALLY: readonly Mutant[] = [
  {
    breaks: 'finally: does not run',
    file: 'workflows/run-pipeline.ts',
    from: 'return handedOver ?? (await run.finish()?.play());',
    to: 'return handedOver;',
    killer: [FINALLY_TEST, 'finally runs after a success, a failure, a cancel and runTimeout'],
  },
  {
    breaks: 'finally: begins again after continue-as-new',
    file: 'workflows/pipeline-run/pipeline-run.ts',
    from: '...(this.from.finally ?? { state: initialState(plan.finally), carried: [] }),',
    to: '...{ state: initialState(plan.finally), carried: [] },',
    killer: [FINALLY_TEST, 'finally goes on over continue-as-new'],
  },
  {
    breaks: 'finally: its failure is not told',
    file: 'workflows/pipeline-run/pipeline-progress.ts',
    from: "return outcome === 'succeeded' && hasFailed ? 'failed' : outcome;",
    to: 'return hasFailed ? outcome : outcome;',
    killer: [FINALLY_TEST, 'a run that succeeded fails if a step of finally does'],
  },
];
