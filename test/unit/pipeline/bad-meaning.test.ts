import { describe, expect, it } from 'vitest';
import { problemsOfYaml } from './written-pipelines.js';

/** What was written, and every line that is told: line, column, place, what to do. */
const REFUSED: readonly (readonly [title: string, text: string, ...problems: string[]])[] = [
  [
    'an unknown step in needs',
    'pipeline: p\nsteps:\n  extract: { job: x }\n  load: { job: y, needs: [extrct] }\n',
    '4:27: steps.load.needs[0]: there is no step extrct; did you mean extract?',
  ],
  [
    'a need far from all names',
    'pipeline: p\nsteps:\n  a: { job: x }\n  load: { job: y, needs: [a, zebra] }\n',
    '4:30: steps.load.needs[1]: there is no step zebra; known are a',
  ],
  [
    'a need twice',
    'pipeline: p\nsteps:\n  a: { job: x }\n  b: { job: y, needs: [a, a] }\n',
    '4:27: steps.b.needs[1]: a is named twice',
  ],
  [
    'a step that needs itself',
    'pipeline: p\nsteps:\n  a: { job: x, needs: [a] }\n',
    '3:23: steps.a.needs: cycle: a → a',
  ],
  [
    'a cycle of two',
    'pipeline: p\nsteps:\n  a: { job: x, needs: [b] }\n  b: { job: y, needs: [a] }\n',
    '3:23: steps.a.needs: cycle: a → b → a',
  ],
  [
    'a cycle behind another step',
    'pipeline: p\nsteps:\n  s: { job: x, needs: [a] }\n  a: { job: x, needs: [b] }\n  b: { job: y, needs: [c] }\n  c: { job: z, needs: [a] }\n',
    '4:23: steps.a.needs: cycle: a → b → c → a',
  ],
  [
    'a rule that never comes about',
    'pipeline: p\nsteps:\n  a: { job: x, runIf: anyFailed }\n',
    '3:23: steps.a.runIf: anyFailed never comes about without needs',
  ],
  [
    'maxParallel without forEach',
    'pipeline: p\nsteps:\n  a: { job: x, maxParallel: 2 }\n',
    '3:29: steps.a.maxParallel: has no effect without forEach',
  ],
  [
    'more in parallel than the pipeline allows',
    'pipeline: p\nconcurrency: 4\nsteps:\n  a: { job: x, forEach: [1, 2], maxParallel: 5 }\n',
    '4:46: steps.a.maxParallel: 5 is more than concurrency, 4',
  ],
  [
    'forEach over nothing',
    'pipeline: p\nsteps:\n  a: { job: x, forEach: [] }\n',
    '3:25: steps.a.forEach: must have at least one item',
  ],
  [
    'forEach over a text',
    'pipeline: p\nsteps:\n  a: { job: x, forEach: KR }\n',
    '3:25: steps.a.forEach: must be a list, or one expression that gives one',
  ],
  [
    'forEach over an object',
    'pipeline: p\nsteps:\n  a: { job: x, forEach: { a: 1 } }\n',
    '3:25: steps.a.forEach: must be a list, or one expression that gives one',
  ],
  [
    'an expression within a list of forEach',
    "pipeline: p\nsteps:\n  a: { job: x, forEach: ['${{ run.id }}'] }\n",
    '3:26: steps.a.forEach[0]: must be a value: expressions are not evaluated here; make the whole list one expression',
  ],
  [
    'forEach of an approval',
    'pipeline: p\nsteps:\n  a: { approval: {}, forEach: [1] }\n',
    '3:22: steps.a.forEach: unknown property; known are approval, needs, runIf, when',
  ],
  [
    'holdFor without hold',
    'pipeline: p\nholdFor: 2d\nsteps:\n  a: { job: x }\n',
    '2:10: holdFor: has no effect without onFailure: hold',
  ],
  [
    'a step with more time than the pipeline',
    'pipeline: p\nrunTimeout: 1h\nsteps:\n  a: { job: x, runTimeout: 2h }\n',
    '4:28: steps.a.runTimeout: 2h is longer than runTimeout of the pipeline, 1h',
  ],
  [
    'defaults with more time than the pipeline',
    'pipeline: p\nrunTimeout: 1h\ndefaults: { runTimeout: 2h }\nsteps:\n  a: { job: x }\n  b: { job: y }\n',
    '3:25: defaults.runTimeout: 2h is longer than runTimeout of the pipeline, 1h',
  ],
  [
    'an approval with more time than the pipeline',
    'pipeline: p\nrunTimeout: 1h\nsteps:\n  a: { approval: { timeout: 2h } }\n',
    '4:29: steps.a.approval.timeout: 2h is longer than runTimeout of the pipeline, 1h',
  ],
  [
    'a time limit of a job beyond that of the step',
    'pipeline: p\nsteps:\n  a: { job: x, timeout: 120, runTimeout: 1h }\n',
    '3:25: steps.a.timeout: 120 minutes are longer than runTimeout, 1h',
  ],
  [
    'too little time for any job',
    'pipeline: p\nsteps:\n  a: { job: x, runTimeout: 30s }\n',
    '3:28: steps.a.runTimeout: 30s is too short for a job: nothing is started with less than a minute left',
  ],
  [
    'a minute, of which preparing takes a moment (L16)',
    'pipeline: p\nsteps:\n  a: { job: x, runTimeout: 1m }\n',
    '3:28: steps.a.runTimeout: 1m is too short for a job: nothing is started with less than a minute left',
  ],
  [
    'a pause that leaves no second attempt',
    'pipeline: p\nsteps:\n  a: { job: x, runTimeout: 30m, retry: { maximumAttempts: 2, initialInterval: 30m } }\n',
    '3:79: steps.a.retry.initialInterval: with a pause of 30m no second attempt begins within runTimeout, 30m',
  ],
  [
    'a longest pause below the first',
    'pipeline: p\nsteps:\n  a: { job: x, retry: { maximumAttempts: 3, initialInterval: 10m, maximumInterval: 5m } }\n',
    '3:84: steps.a.retry.maximumInterval: 5m is shorter than initialInterval, 10m',
  ],
  [
    'retry without a number of attempts',
    'pipeline: p\nsteps:\n  a: { job: x, retry: { initialInterval: 10m } }\n',
    '3:23: steps.a.retry: must have maximumAttempts',
  ],
  [
    'a heartbeat longer than an attempt',
    'pipeline: p\nsteps:\n  a: { activity: x, startToCloseTimeout: 1m, heartbeatTimeout: 2m }\n',
    '3:64: steps.a.heartbeatTimeout: 2m is longer than startToCloseTimeout, 1m',
  ],
  [
    'an attempt longer than all of them',
    'pipeline: p\nsteps:\n  a: { activity: x, startToCloseTimeout: 1h, scheduleToCloseTimeout: 30m }\n',
    '3:42: steps.a.startToCloseTimeout: 1h is longer than scheduleToCloseTimeout, 30m',
  ],
  [
    'a run key that parameters set too',
    "pipeline: p\nsteps:\n  a: { job: x, runKeyParameter: key, parameters: { key: '1' } }\n",
    '3:33: steps.a.runKeyParameter: parameters must not have key: the run key becomes its value; name another parameter',
  ],
  [
    'an inner pipeline with more time than the outer',
    'pipeline: p\nrunTimeout: 1h\nsteps:\n  a: { pipeline: { pipeline: q, runTimeout: 2h, steps: { b: { job: x } } } }\n',
    '4:45: steps.a.pipeline.runTimeout: 2h is longer than runTimeout of the pipeline above, 1h',
  ],
  [
    'a step of an inner pipeline with more time than the outer',
    'pipeline: p\nrunTimeout: 1h\nsteps:\n  a: { pipeline: { pipeline: q, steps: { b: { job: x, runTimeout: 2h } } } }\n',
    '4:67: steps.a.pipeline.steps.b.runTimeout: 2h is longer than runTimeout of the pipeline above, 1h',
  ],
  [
    'an inner pipeline that lacks a parameter',
    'pipeline: p\nsteps:\n  a: { pipeline: { pipeline: q, parameters: { d: { type: string } }, steps: { b: { job: x } } } }\n',
    '3:6: steps.a: parameters must have d, which has no default',
  ],
  [
    'a parameter that the inner pipeline does not have',
    'pipeline: p\nsteps:\n  a: { parameters: { dat: x }, pipeline: { pipeline: q, parameters: { date: { type: string, default: y } }, steps: { b: { job: x } } } }\n',
    '3:22: steps.a.parameters.dat: unknown parameter; did you mean date?',
  ],
  [
    'a parameter of the wrong type for the inner pipeline',
    'pipeline: p\nsteps:\n  a: { parameters: { n: x }, pipeline: { pipeline: q, parameters: { n: { type: number } }, steps: { b: { job: x } } } }\n',
    '3:25: steps.a.parameters.n: must be a number: the parameter is a number',
  ],
  [
    'a cycle in an inner pipeline',
    'pipeline: p\nsteps:\n  a: { pipeline: { pipeline: q, steps: { b: { job: x, needs: [b] } } } }\n',
    '3:62: steps.a.pipeline.steps.b.needs: cycle: b → b',
  ],
  [
    'several things at once',
    'pipeline: 9x\nrunTimeout: 1h\nsteps:\n  a: { job: x, need: [b], retry: { maximumAttempts: 0 } }\n  b: { needs: [zz], job: y, runTimeout: 2h }\n  c: { approval: {}, activity: z }\n',
    '1:11: pipeline: must be 1 to 64 letters, digits, _ or -, the first a letter or _',
    '4:16: steps.a.need: unknown property; did you mean needs?',
    '4:53: steps.a.retry.maximumAttempts: must be an integer from 1 to 1000',
    '5:16: steps.b.needs[0]: there is no step zz; known are a, c',
    '5:41: steps.b.runTimeout: 2h is longer than runTimeout of the pipeline, 1h',
    '6:6: steps.c: must run only one of activity and approval',
  ],
];

describe('a pipeline whose parts contradict each other', () => {
  it.each(REFUSED)('is refused: %s', (_, text, ...problems) => {
    expect(problemsOfYaml(text)).toEqual(problems);
  });
});
