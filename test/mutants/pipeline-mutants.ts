import type { Mutant } from './mutant.js';

const CONTINUES = 'test/workflows/pipeline-continues.test.ts';
const FAILURES = 'test/workflows/pipeline-failures.test.ts';
const LIMIT = 'test/workflows/pipeline-limit.test.ts';
const PACE = 'test/workflows/pipeline-pace.test.ts';
const BUDGET = 'test/workflows/pipeline-budget.test.ts';
const MESSAGES = 'test/workflows/pipeline-messages.test.ts';
const LEFT = 'test/workflows/pipeline-left.test.ts';
const SEED = 'test/unit/pipeline/planner/continuing.test.ts';
const SHELL = 'workflows/pipeline-run/pipeline-run.ts';

/** What continue-as-new must carry over. */
const CONTINUING: readonly Mutant[] = [
  {
    breaks: 'pipeline: a carried item is started anew',
    file: SHELL,
    from: 'byKey.get(itemKey(item)));',
    to: 'undefined);',
    killer: [CONTINUES, 'awaits an execution again by its id'],
  },
  {
    breaks: 'pipeline: what is cancelled after continue-as-new runs on',
    file: SHELL,
    from: 'this.items.get(itemKey(command))?.cancel();',
    to: '',
    killer: [CONTINUES, 'stops what runs, also in a pipeline within it'],
  },
  {
    breaks: 'pipeline: the time of a hold begins anew',
    file: SHELL,
    from: '(holdLeftMs ?? forMs)',
    to: 'forMs',
    killer: [LEFT, 'is not begun anew'],
  },
  {
    breaks: 'pipeline: runTimeout begins anew',
    file: SHELL,
    from: 'timeLeftMs = plan.runTimeoutMs, outerTimeLeftMs } = this.#from;',
    to: 'outerTimeLeftMs } = this.#from; const timeLeftMs = plan.runTimeoutMs;',
    killer: [LEFT, 'is not begun anew'],
  },
  {
    breaks: 'pipeline: the time to decide begins anew',
    file: 'workflows/pipeline-run/approval-item.ts',
    from: 'carried?.leftMs ?? step.timeoutMs',
    to: 'step.timeoutMs',
    killer: [LEFT, 'is not begun anew'],
  },
  {
    breaks: 'pipeline: a child that handed itself over is begun anew',
    file: 'workflows/pipeline-run/child-item.ts',
    from: '{ resumeFrom: pack({ ...state, ...outer }) }',
    to: '{}',
    killer: [CONTINUES, 'takes a pipeline within it along'],
  },
  {
    breaks: 'pipeline: a message with the first task of a run that goes on is accepted unchecked',
    file: 'workflows/dataflow-run-pipeline.ts',
    from: "const continued =\n    resumeFrom && readable('resumeFrom', () => create(restored(resumeFrom, pipeline)));\n  registerUpdates();",
    to: "registerUpdates();\n  const continued = resumeFrom && readable('resumeFrom', () => create(restored(resumeFrom, pipeline)));",
    killer: [CONTINUES, 'checks a message that came meanwhile'],
  },
  {
    breaks: 'pipeline: limits around a pipeline are not passed on',
    file: 'workflows/pipeline-run/child-item.ts',
    from: '    ...outer,\n    ...(state',
    to: '    ...(state',
    killer: [LIMIT, 'limits the jobs of a pipeline within it, from its start'],
  },
  {
    breaks: 'pipeline: limits around a pipeline are forgotten at continue-as-new',
    file: 'workflows/pipeline-run/child-item.ts',
    from: '{ resumeFrom: pack({ ...state, ...outer }) }',
    to: '{ resumeFrom: pack({ ...state, outerTimeLeftMs: 9e7 }) }',
    killer: [LIMIT, 'limits the jobs of a pipeline within it, from its start'],
  },
];

/** Bounds of a run. */
const BOUNDING: readonly Mutant[] = [
  {
    breaks: 'pipeline: a value with many wrong expressions is checked to its end',
    file: 'pipeline/definition/check-templates.ts',
    from: 'if (problems.length >= MAX_PROBLEMS) break;',
    to: '',
    killer: ['test/unit/pipeline/check-bounds.test.ts', 'looks no further than 200 problems'],
  },
  {
    breaks: 'pipeline: its check never gives way to others',
    file: 'activities/prepare-pipeline.ts',
    from: 'await setImmediate();',
    to: '',
    killer: ['test/unit/activities/prepare-pipeline.test.ts', 'gives way to others'],
  },
  {
    breaks: 'pipeline: the minute of a check begins anew with each pause',
    file: 'activities/prepare-pipeline.ts',
    from: 'if (performance.now() > endMs)',
    to: 'if (performance.now() > dueMs + MAX_CHECK_MS)',
    killer: ['test/unit/activities/prepare-pipeline.test.ts', 'does not begin a minute anew'],
  },
  {
    breaks: 'pipeline: expressions go on in one workflow task',
    file: 'workflows/pipeline-run/paced-work.ts',
    from: 'if (!this.meter.isPauseDue) continue;',
    to: 'if (this.meter.steps >= 0) continue;',
    killer: [PACE, 'of many steps are spread over workflow tasks'],
  },
  {
    breaks: 'pipeline: each expression of an item has a budget of its own',
    file: 'pipeline/expressions/evaluate.ts',
    from: 'const { budget = new StepBudget() } = values;',
    to: 'const budget = new StepBudget();',
    killer: [PACE, 'of one item fail its step'],
  },
  {
    breaks: 'pipeline: a state that is too large is handed over',
    file: 'pipeline/packed.ts',
    from: 'if (packed.length > most)',
    to: 'if (packed.length < 0)',
    killer: [BUDGET, 'that is too large ends the run'],
  },
];

/** Limits, messages, keys. */
const STEERING: readonly Mutant[] = [
  {
    breaks: 'pipeline: a message that comes with the start is refused',
    file: 'workflows/pipeline-run/updates.ts',
    from: '(pipelineRegistry().runs.size > 0 ? ask() : whenRead(ask))',
    to: 'ask()',
    killer: [MESSAGES, 'that come with its start wait'],
  },
  {
    breaks: 'pipeline: a run that was paused before it began begins',
    file: SHELL,
    from: "this.dispatch({ kind: 'begin' });",
    to: "this.#queue.unshift(() => { this.#take({ kind: 'begin' }); });",
    killer: [MESSAGES, 'that come with its start wait'],
  },
  {
    breaks: "pipeline: a step fails by the pipeline's own limit",
    file: 'workflows/pipeline-run/job-item.ts',
    from: 'limitMs === undefined ? endOf : endedBy(limitMs, told)',
    to: 'endOf',
    killer: [LIMIT, 'leaves a job unstarted in its last minute'],
  },
  {
    breaks: "pipeline: a job is not limited by the pipeline's runTimeout",
    file: SHELL,
    from: '...this.#clock.timeLeft(),',
    to: '',
    killer: [LIMIT, 'leaves a job unstarted in its last minute'],
  },
  {
    breaks: "pipeline: which limit is the pipeline's is forgotten at continue-as-new",
    file: 'workflows/pipeline-run/job-limit.ts',
    from: 'carriedMs ?? durationMs(own)',
    to: 'durationMs(own)',
    killer: ['test/unit/workflows/job-limit.test.ts', "stays the step's after continue-as-new"],
  },
  {
    breaks: 'pipeline: a message is checked only once it is in the history',
    file: 'workflows/pipeline-run/updates.ts',
    from: 'const refusal = messageRefusal(surroundings.plan, state, message);',
    to: 'const refusal = [surroundings, state, message].length > 3 ? messageRefusal(surroundings.plan, state, message) : undefined;',
    killer: [LEFT, 'a message that is refused leaves no event'],
  },
  {
    breaks: 'pipeline: a key starts a second run',
    file: 'worker/start-pipeline.ts',
    from: "'REJECT_DUPLICATE'",
    to: "'ALLOW_DUPLICATE'",
    killer: [FAILURES, 'starts no second run for a key'],
  },
  {
    breaks: 'pipeline: any text is a key',
    file: 'contract/pipeline-ids.ts',
    from: 'KEY.test(value)',
    to: "value !== 'x'",
    killer: ['test/unit/worker/start-pipeline.test.ts', 'refuses a name and a key'],
  },
  {
    breaks: 'pipeline: a rerun starts what was in flight once more',
    file: 'pipeline/planner/step-states.ts',
    from: "before.status === 'succeeded' || !isTakenUp(index)",
    to: "before.status !== 'pending' || !isTakenUp(index)",
    killer: [SEED, 'takes up what ran when its run was terminated'],
  },
  {
    breaks: 'pipeline: what was taken up is not run once more below a step that runs again',
    file: 'pipeline/planner/retry.ts',
    from: 'isWhole ? { ...resumed, repeat: true } : resumed',
    to: 'resumed',
    killer: [SEED, 'runs what it took up once more'],
  },
  {
    breaks: 'pipeline: a plan with a cycle is run',
    file: 'pipeline/planner/plan-problems.ts',
    from: '...cycles.map(',
    to: '...cycles.slice(cycles.length).map(',
    killer: ['test/unit/pipeline/planner/plan-problems.test.ts', 'is refused with all'],
  },
  {
    breaks: 'pipeline: a paused workflow counts as closed',
    file: 'cli/run/open-status.ts',
    from: "status === 'RUNNING' || status === 'PAUSED'",
    to: "status === 'RUNNING'",
    killer: ['test/unit/cli/open-status.test.ts', 'a PAUSED workflow is open'],
  },
  {
    breaks: 'pipeline: an Update goes to the next run though the closed one took it',
    file: 'cli/run/deliver.ts',
    from: 'isClosed && (await',
    to: 'isClosed && !(await',
    killer: ['test/unit/cli/deliver.test.ts', 'goes to no other run'],
  },
];

/** The shell around the planner, and what brings messages to it. */
export const PIPELINE_MUTANTS: readonly Mutant[] = [...CONTINUING, ...BOUNDING, ...STEERING];
