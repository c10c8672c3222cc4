import type { Mutant } from './mutant.js';

const RULES = 'test/unit/pipeline/planner/rules.test.ts';
const ITEMS = 'test/unit/pipeline/planner/items.test.ts';
const FAILURE = 'test/unit/pipeline/planner/failure.test.ts';
const MESSAGES = 'test/unit/pipeline/planner/messages.test.ts';
const CONTINUING = 'test/unit/pipeline/planner/continuing.test.ts';
const PROPERTIES = 'test/unit/pipeline/planner/properties.test.ts';
const REFERENCE = 'test/model/planner.test.ts';
const AS_DOCUMENTED = 'the planner does what the manual says';
const EVERY_LAW = 'keep every law at every event';

/** What starts when, in a pipeline. */
const STARTING: readonly Mutant[] = [
  {
    breaks: 'planner: a canceled need does not count as failed',
    file: 'pipeline/planner/rules.ts',
    from: "status === 'failed' || status === 'canceled';",
    to: "status === 'failed';",
    killer: [RULES, 'with the rule anyFailed, after ["succeeded","canceled"]'],
  },
  {
    breaks: 'planner: the rule failed sees no failure above a skipped need',
    file: 'pipeline/planner/settle.ts',
    from: "if (status !== 'skipped' || why !== 'needs') continue;",
    to: 'continue;',
    killer: [RULES, 'sees a failure further upstream of a skipped need'],
  },
  {
    breaks: 'planner: a step is decided before all its needs have ended',
    file: 'pipeline/planner/settle.ts',
    from: 'order.needs[place]?.some(',
    to: 'order.needs[place]?.slice(1).some(',
    killer: [PROPERTIES, EVERY_LAW],
  },
  {
    breaks: 'planner: one item more than concurrency',
    file: 'pipeline/planner/settle.ts',
    from: 'busy < plan.concurrency',
    to: 'busy <= plan.concurrency',
    killer: [ITEMS, 'never more items run than concurrency'],
  },
  {
    breaks: 'planner: one item more than maxParallel',
    file: 'pipeline/planner/settle.ts',
    from: 'counts.running >= most',
    to: 'counts.running > most',
    killer: [PROPERTIES, EVERY_LAW],
  },
  {
    breaks: 'planner: an approval takes a place',
    file: 'pipeline/planner/draft.ts',
    from: "step?.kind !== 'approval'",
    to: "step?.kind !== 'none'",
    killer: [ITEMS, 'an approval takes no place of concurrency'],
  },
  {
    breaks: 'planner: a paused run starts steps',
    file: 'pipeline/planner/settle.ts',
    from: '!run.paused &&',
    to: '',
    killer: [MESSAGES, 'while the run is paused nothing starts'],
  },
  {
    breaks: 'planner: a draining run starts steps',
    file: 'pipeline/planner/settle.ts',
    from: 'run.draining === undefined &&',
    to: '',
    killer: [CONTINUING, 'while the run drains nothing starts'],
  },
  {
    breaks: 'planner: a late report is taken for the attempt that runs',
    file: 'pipeline/planner/item-events.ts',
    from: "item?.status === 'running' && item.attempt === attempt ? item",
    to: "item?.status === 'running' ? item",
    killer: [ITEMS, 'a report that is late, repeated or about nothing known'],
  },
];

/** What failures, messages and the end do to it. */
const STOPPING: readonly Mutant[] = [
  {
    breaks: 'planner: a clean-up does not start after a failure',
    file: 'pipeline/planner/stop.ts',
    from: "if (planned(draft.plan, id).runIf !== 'allSucceeded') return undefined;",
    to: '',
    killer: [FAILURE, 'stop: a step with the rule always starts all the same'],
  },
  {
    breaks: 'planner: a retry is held up by another failure',
    file: 'pipeline/planner/stop.ts',
    from: 'find(({ failure }) => failure > again)',
    to: 'find(() => true)',
    killer: [MESSAGES, 'leaves alone what another failure stopped'],
  },
  {
    breaks: 'planner: a new failure does not hold up what was retried before',
    file: 'pipeline/planner/stop.ts',
    from: 'find(({ failure }) => failure > again)',
    to: 'find(() => again === 0)',
    killer: [MESSAGES, 'a new failure holds up what an earlier retry'],
  },
  {
    breaks: 'planner: a retry runs items again that succeeded',
    file: 'pipeline/planner/step-states.ts',
    from: "(item.status === 'succeeded' ? item : waiting(item))",
    to: 'waiting(item)',
    killer: [MESSAGES, 'runs its failed items again, and keeps those that succeeded'],
  },
  {
    breaks: 'planner: a retry takes up what was skipped by a person',
    file: 'pipeline/planner/retry.ts',
    from: "status === 'skipped' && why === 'message';",
    to: "status === 'skipped' && why === 'cancel';",
    killer: [MESSAGES, 'stays skipped when a step above is retried'],
  },
  {
    breaks: 'planner: a retry takes up what another failure stopped',
    file: 'pipeline/planner/retry.ts',
    from: "list[place]?.why === 'stop' && list[place].by === id",
    to: "list[place]?.why === 'stop'",
    killer: [MESSAGES, 'leaves alone what another failure stopped'],
  },
  {
    breaks: 'planner: a retry leaves what was skipped two steps below',
    file: 'pipeline/planner/retry.ts',
    from: '    taken.add(other);\n    reset(draft, other);',
    to: '    reset(draft, other);',
    killer: [PROPERTIES, 'whose failures are all retried end as though none had happened'],
  },
  {
    breaks: 'planner: how a step ends that runs once more counts as a failure',
    file: 'pipeline/planner/rules.ts',
    from: '  repeat !== true &&\n',
    to: '',
    killer: [MESSAGES, 'how a step below it ends that runs at that moment'],
  },
  {
    breaks: 'planner: an approval below a retried step still waits',
    file: 'pipeline/planner/retry.ts',
    from: " && planned(draft.plan, id).kind !== 'approval'",
    to: '',
    killer: [REFERENCE, AS_DOCUMENTED],
  },
  {
    breaks: 'planner: after a skip what is below a step that goes on stays done',
    file: 'pipeline/planner/retry.ts',
    from: '  resetBelow(draft, stopped);',
    to: '  resetBelow(draft, []);',
    killer: [REFERENCE, AS_DOCUMENTED],
  },
  {
    breaks: 'planner: attempts of a step that was reset and skipped begin anew',
    file: 'pipeline/planner/close.ts',
    from: 'next, why, reason: text },\n    ...(attempts !== undefined && { attempts }),',
    to: 'next, why, reason: text },',
    killer: [REFERENCE, AS_DOCUMENTED],
  },
  {
    breaks: 'planner: a step that cannot begin stops earlier ones at the next event only',
    file: 'pipeline/planner/settle.ts',
    from: 'while (run.failures > failuresBefore);',
    to: 'while (run.failures < failuresBefore);',
    killer: [FAILURE, 'a step that cannot begin stops earlier ones'],
  },
  {
    breaks: 'planner: an item is told to stop twice',
    file: 'pipeline/planner/item-events.ts',
    from: ' || item.canceling) continue;',
    to: ') continue;',
    killer: [MESSAGES, 'stops its running items once'],
  },
  {
    breaks: 'planner: a cancel of the run leaves what runs',
    file: 'pipeline/planner/item-events.ts',
    from: "if (stepOf(draft, id).status === 'running') stopItems(draft, id);",
    to: 'void stepOf(draft, id);',
    killer: [FAILURE, 'a cancel stops everything that runs'],
  },
  {
    breaks: 'planner: a hold outlives its step being retried',
    file: 'pipeline/planner/advance.ts',
    from: 'if (run.held && event.hold === run.holds) end(draft);',
    to: 'if (event.hold <= run.holds) end(draft);',
    killer: [FAILURE, 'hold: the time-out of an earlier hold'],
  },
  {
    breaks: 'planner: a cancel that changed nothing is the outcome',
    file: 'pipeline/planner/ending.ts',
    from: "if (!wasCut && !hasFailed) return 'succeeded';",
    to: "if (!wasCut && !hasFailed && run.stopping !== 'cancel') return 'succeeded';",
    killer: [FAILURE, 'a cancel that comes too late to matter'],
  },
  {
    breaks: 'planner: a rerun starts what had succeeded',
    file: 'pipeline/planner/retry.ts',
    from: "  status === 'succeeded' || (status ===",
    to: '  (status ===',
    killer: [PROPERTIES, 'are rerun from their failed steps'],
  },
  {
    breaks: 'planner: a rerun keeps what is downstream of what runs again',
    file: 'pipeline/planner/retry.ts',
    from: '(staysDone(step) && !isBelow)',
    to: 'staysDone(step)',
    killer: [PROPERTIES, 'are rerun from their failed steps'],
  },
  {
    breaks: 'planner: a retry keeps what is downstream of the step',
    file: 'pipeline/planner/retry.ts',
    from: '|| isSkippedByPerson(stepOf(draft, other))) continue;',
    to: "|| stepOf(draft, other).status !== 'skipped') continue;",
    killer: [MESSAGES, 'an alarm is armed again'],
  },
  {
    breaks: 'planner: a canceled step is no failure where what ran of it ended well',
    file: 'pipeline/planner/close.ts',
    from: "if (status === 'canceled' && why === 'message') noteFailure",
    to: "if (status === 'canceled' && why === 'cancel') noteFailure",
    killer: [MESSAGES, 'counts as a failure for onFailure'],
  },
];

export const PLANNER_MUTANTS: readonly Mutant[] = [...STARTING, ...STOPPING];
