import type { Mutant } from './mutant.js';

const MEASURE = 'test/unit/workflows/run-metrics.test.ts';
const EXCHANGES = 'test/client/exchanges.test.ts';
const WATCH = 'test/unit/worker/metrics.test.ts';
const SLOTS = 'test/unit/worker/slots.test.ts';
const READY = 'test/unit/worker/health.test.ts';
const SCREEN = 'test/unit/cli/view/screen.test.ts';

/** What a worker tells of itself, and what a terminal shows. */
export const OBSERVING_MUTANTS: readonly Mutant[] = [
  {
    breaks: 'screen shows the latest failure first',
    file: 'cli/view/screen.ts',
    from: '.toSorted((a, b) => (a.endedMs ?? Infinity) - (b.endedMs ?? Infinity))',
    to: '',
    killer: [SCREEN, 'folds what is done and what waits where there is none'],
  },
  {
    breaks: 'screen hides what runs behind what is done',
    file: 'cli/view/screen.ts',
    from: 'const shown = mostTelling(entries, room - 1);',
    to: 'const shown = entries.slice(0, room - 1);',
    killer: [SCREEN, 'folds what is done and what waits where there is none'],
  },
  {
    breaks: 'metric of a submission counted each time that it is shown',
    file: 'workflows/runtime/run-metrics.ts',
    from: 'if (!once(outcome, progress)) return;',
    to: '',
    killer: [MEASURE, 'counts how a submission came by its execution once'],
  },
  {
    breaks: 'metric of an execution counted by each verb that gives it',
    file: 'workflows/runtime/run-metrics.ts',
    from: 'ended.add(executionId);',
    to: '',
    killer: [MEASURE, 'counts an execution that has ended once'],
  },
  {
    breaks: 'answer lost where its metric cannot be written',
    file: 'client/http/call.ts',
    from: "  } catch {\n    // An observer's error must not fail the call: the answer may hold a new execution id.\n  }",
    to: '  } finally {\n  }',
    killer: [EXCHANGES, 'costs no answer when it throws'],
  },
  {
    breaks: 'metric of a request whose signature was refused left out',
    file: 'client/http/call.ts',
    from: 'if (second !== undefined) reportRefused(call, first);',
    to: '',
    killer: [EXCHANGES, 'is told of both requests of a call whose signature was refused once'],
  },
  {
    breaks: 'metric of saved calls falls',
    file: 'worker/metrics.ts',
    from: 'const more = Math.max(0, hub.callsSaved - saved);',
    to: 'const more = hub.callsSaved - saved;',
    killer: [WATCH, 'counts saved calls upwards only'],
  },
  {
    breaks: 'ready while the service answers 503',
    file: 'worker/metrics.ts',
    from: 'if (status !== undefined && status < 500)',
    to: 'if (status !== undefined)',
    killer: [WATCH, 'says answer 503 to getJobs of a service that is not'],
  },
  {
    breaks: 'ready while it drains',
    file: 'worker/health.ts',
    from: "...(state === 'RUNNING' ? [] :",
    to: "...(state !== 'STOPPED' ? [] :",
    killer: [READY, 'says: the worker is DRAINING'],
  },
  {
    breaks: 'warning of used slots said again and again around the mark',
    file: 'worker/slots.ts',
    from: 'was ? RELIEVED : NEARLY_FULL',
    to: 'NEARLY_FULL',
    killer: [SLOTS, 'is silent while the use moves around the mark'],
  },
  {
    breaks: 'heartbeats of a wait so rare that a lost one is a dead worker',
    file: 'activities/activity-context.ts',
    from: 'const SILENT_PART = 0.4;',
    to: 'const SILENT_PART = 0.6;',
    killer: ['test/unit/activities/cadence.test.ts', 'leave room for a lost one'],
  },
];
