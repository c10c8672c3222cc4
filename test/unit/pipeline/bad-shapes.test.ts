import { describe, expect, it } from 'vitest';
import { problemsOfYaml } from './written-pipelines.js';

const jobs = (count: number): string =>
  Array.from({ length: count }, (_, nth) => `  s${nth}: { job: x }\n`).join('');
const names = (count: number): string =>
  Array.from({ length: count }, (_, nth) => `s${nth}`).join(', ');

/** What was written, and every line that is told: line, column, place, what to do. */
const REFUSED: readonly (readonly [title: string, text: string, ...problems: string[]])[] = [
  ['an empty file', '', '1:1: the pipeline: must be an object with pipeline and steps'],
  ['a list', '- a\n', '1:1: the pipeline: must be an object with pipeline and steps'],
  ['a text', 'hello\n', '1:1: the pipeline: must be an object with pipeline and steps'],
  [
    'no steps',
    'pipeline: p\n',
    '1:1: steps: must be an object with steps by name, e.g. { extract: { job: sales-extract } }',
  ],
  [
    'steps that are empty',
    'pipeline: p\nsteps: {}\n',
    '2:8: steps: must be an object with steps by name, e.g. { extract: { job: sales-extract } }',
  ],
  [
    'steps that are a list',
    'pipeline: p\nsteps: [a]\n',
    '2:8: steps: must be an object with steps by name, e.g. { extract: { job: sales-extract } }',
  ],
  [
    'more than 1000 steps',
    `pipeline: p\nsteps:\n${jobs(1_001)}`,
    '3:3: steps: must have at most 1000 steps',
  ],
  [
    'more than 1000 needs',
    `pipeline: p\nsteps:\n${jobs(1_000)}  all: { needs: [${names(1_001)}], job: x }\n`,
    '3:3: steps: must have at most 1000 steps',
    '1003:17: steps.all.needs: must have at most 1000 steps',
  ],
  [
    'no name',
    'steps:\n  a: { job: x }\n',
    '1:1: pipeline: must be 1 to 64 letters, digits, _ or -, the first a letter or _',
  ],
  [
    'an odd name',
    'pipeline: 9 lives\nsteps:\n  a: { job: x }\n',
    '1:11: pipeline: must be 1 to 64 letters, digits, _ or -, the first a letter or _',
  ],
  [
    'an odd step id',
    'pipeline: p\nsteps:\n  load kr: { job: x }\n',
    '3:3: steps.load kr: must be 1 to 64 letters, digits, _ or -, the first a letter or _',
  ],
  [
    'a step id that begins with a digit',
    'pipeline: p\nsteps:\n  1a: { job: x }\n',
    '3:3: steps.1a: must be 1 to 64 letters, digits, _ or -, the first a letter or _',
  ],
  [
    'a step id in another script',
    'pipeline: p\nsteps:\n  추출: { job: x }\n',
    '3:3: steps.추출: must be 1 to 64 letters, digits, _ or -, the first a letter or _',
  ],
  [
    'an odd parameter name',
    'pipeline: p\nparameters: { load-date: { type: string } }\nsteps:\n  a: { job: x }\n',
    '2:15: parameters.load-date: must be 1 to 64 letters, digits or _, the first a letter or _',
  ],
  [
    'a parameter of an unknown type',
    'pipeline: p\nparameters: { d: { type: date } }\nsteps:\n  a: { job: x }\n',
    '2:26: parameters.d.type: must be one of string, number, boolean, list',
  ],
  [
    'a parameter without a type',
    'pipeline: p\nparameters: { d: {} }\nsteps:\n  a: { job: x }\n',
    '2:18: parameters.d.type: must be one of string, number, boolean, list',
  ],
  [
    'a parameter as a bare type',
    'pipeline: p\nparameters: { d: string }\nsteps:\n  a: { job: x }\n',
    '2:18: parameters.d: must be an object, e.g. { type: string }',
  ],
  [
    'a default of the wrong type',
    "pipeline: p\nparameters: { d: { type: number, default: '1' } }\nsteps:\n  a: { job: x }\n",
    '2:43: parameters.d.default: must be a number: the parameter is a number',
  ],
  [
    'a default list with an object in it',
    'pipeline: p\nparameters: { d: { type: list, default: [{ a: 1 }] } }\nsteps:\n  a: { job: x }\n',
    '2:41: parameters.d.default: must be a list of strings, numbers, booleans and lists: the parameter is a list',
  ],
  [
    'an expression as a default',
    "pipeline: p\nparameters: { d: { type: string, default: '${{ run.id }}' } }\nsteps:\n  a: { job: x }\n",
    '2:43: parameters.d.default: must be a value: expressions are not evaluated here',
  ],
  [
    'an unknown member with a near name',
    'pipeline: p\nparamters: {}\nsteps:\n  a: { job: x }\n',
    '2:1: paramters: unknown property; did you mean parameters?',
  ],
  [
    'an unknown member of a step',
    'pipeline: p\nsteps:\n  a: { job: x, need: [] }\n',
    '3:16: steps.a.need: unknown property; did you mean needs?',
  ],
  [
    'an unknown member far from all names',
    'pipeline: p\nsteps:\n  a: { approval: {}, xylophone: 1 }\n',
    '3:22: steps.a.xylophone: unknown property; known are approval, needs, runIf, when',
  ],
  [
    'a member of another kind of step',
    'pipeline: p\nsteps:\n  a: { approval: {}, numWorker: 4 }\n',
    '3:22: steps.a.numWorker: unknown property; known are approval, needs, runIf, when',
  ],
  [
    'an unknown member of retry',
    'pipeline: p\nsteps:\n  a: { job: x, retry: { maximumAttempts: 2, initialIntervall: 1m } }\n',
    '3:45: steps.a.retry.initialIntervall: unknown property; did you mean initialInterval?',
  ],
  [
    'an unknown member of defaults',
    'pipeline: p\ndefaults: { onBussy: wait }\nsteps:\n  a: { job: x }\n',
    '2:13: defaults.onBussy: unknown property; did you mean onBusy?',
  ],
  [
    'a step that says nothing',
    'pipeline: p\nsteps:\n  a: { needs: [] }\n',
    '3:6: steps.a: must have one of job, remoteWorkflow, activity, pipeline, approval',
  ],
  [
    'a step with a misspelt kind',
    'pipeline: p\nsteps:\n  a: { jobb: x }\n',
    '3:6: steps.a: must have one of job, remoteWorkflow, activity, pipeline, approval; did you mean job by jobb?',
  ],
  [
    'a step of two kinds',
    'pipeline: p\nsteps:\n  a: { job: x, activity: y }\n',
    '3:6: steps.a: must run only one of job and activity',
  ],
  [
    'a step that is a text',
    'pipeline: p\nsteps:\n  a: sales-extract\n',
    '3:6: steps.a: must be an object, e.g. { job: sales-extract }',
  ],
  [
    'a step that is empty',
    'pipeline: p\nsteps:\n  a:\n',
    '3:5: steps.a: must be an object, e.g. { job: sales-extract }',
  ],
  [
    'a job that is an expression',
    "pipeline: p\nsteps:\n  a: { job: '${{ params.job }}' }\n",
    '3:13: steps.a.job: must be the id or the name of a job',
  ],
  [
    'a job that is a number',
    'pipeline: p\nsteps:\n  a: { job: 5 }\n',
    '3:13: steps.a.job: must be the id or the name of a job',
  ],
  [
    'an activity with an odd name',
    'pipeline: p\nsteps:\n  a: { activity: "send report" }\n',
    '3:18: steps.a.activity: must be the name of an activity',
  ],
  [
    'an approval without an object',
    'pipeline: p\nsteps:\n  a: { approval: 12h }\n',
    '3:18: steps.a.approval: must be an object, e.g. { timeout: 12h }',
  ],
  [
    'a pipeline that is a list',
    'pipeline: p\nsteps:\n  a: { pipeline: [] }\n',
    '3:18: steps.a.pipeline: must be a pipeline, or the path of a file with one',
  ],
  [
    'a file that nobody reads',
    'pipeline: p\nsteps:\n  a: { pipeline: ./child.yaml }\n',
    '3:18: steps.a.pipeline: must be the pipeline itself: the file ./child.yaml was not read',
  ],
  [
    'needs that are a text',
    'pipeline: p\nsteps:\n  a: { job: x, needs: b }\n  b: { job: x }\n',
    '3:23: steps.a.needs: must be a list of steps, e.g. [extract]',
  ],
  [
    'an unknown rule',
    'pipeline: p\nsteps:\n  a: { job: x, runIf: allways }\n',
    '3:23: steps.a.runIf: must be one of allSucceeded, anyFailed, allDone, noneSkipped, anySucceeded, always',
  ],
  [
    'an unknown word for onBusy',
    'pipeline: p\nsteps:\n  a: { job: x, onBusy: queue }\n',
    '3:24: steps.a.onBusy: must be one of fail, wait, join',
  ],
  [
    'too few workers',
    'pipeline: p\nsteps:\n  a: { job: x, numWorker: 1 }\n',
    '3:27: steps.a.numWorker: must be an integer from 2 to 10, or an expression ${{ … }}',
  ],
  [
    'workers as a text',
    "pipeline: p\nsteps:\n  a: { job: x, numWorker: '4' }\n",
    '3:27: steps.a.numWorker: must be an integer from 2 to 10, or an expression ${{ … }}',
  ],
  [
    'a time limit of a job as a duration',
    'pipeline: p\nsteps:\n  a: { job: x, timeout: 1h }\n',
    '3:25: steps.a.timeout: must be an integer from 1 to 1440 (minutes), or an expression ${{ … }}',
  ],
  [
    'a duration without a unit',
    "pipeline: p\nrunTimeout: '10'\nsteps:\n  a: { job: x }\n",
    '2:13: runTimeout: must be a duration: ms, or a string such as 90s or 2h 30m',
  ],
  [
    'a duration of nothing',
    'pipeline: p\nrunTimeout: 0s\nsteps:\n  a: { job: x }\n',
    '2:13: runTimeout: must be a duration: ms, or a string such as 90s or 2h 30m',
  ],
  [
    'a negative duration',
    'pipeline: p\nrunTimeout: -5m\nsteps:\n  a: { job: x }\n',
    '2:13: runTimeout: must be a duration: ms, or a string such as 90s or 2h 30m',
  ],
  [
    'too much concurrency',
    'pipeline: p\nconcurrency: 501\nsteps:\n  a: { job: x }\n',
    '2:14: concurrency: must be an integer from 1 to 500',
  ],
  [
    'a fraction of concurrency',
    'pipeline: p\nconcurrency: 1.5\nsteps:\n  a: { job: x }\n',
    '2:14: concurrency: must be an integer from 1 to 500',
  ],
  [
    'a number as a parameter of a job',
    'pipeline: p\nsteps:\n  a: { job: x, parameters: { limit: 10 } }\n',
    '3:37: steps.a.parameters.limit: must be a string: write it in quotes where it looks like a number',
  ],
  [
    'a flag as a text',
    "pipeline: p\nsteps:\n  a: { job: x, exclusive: 'yes' }\n",
    '3:27: steps.a.exclusive: must be true or false',
  ],
  [
    'a name that JavaScript gives a meaning to',
    'pipeline: p\nsteps:\n  __proto__: { job: x }\n',
    '3:3: steps.__proto__: must be another name: this one is reserved',
  ],
  [
    'such a name deep in a value',
    'pipeline: p\nsteps:\n  a: { activity: x, with: { a: [{ constructor: 1 }] } }\n',
    '3:35: steps.a.with.a[0].constructor: must be another name: this one is reserved',
  ],
  [
    'a number too large to be kept',
    'pipeline: p\nsteps:\n  a: { activity: x, with: 12345678901234567890 }\n',
    '3:27: steps.a.with: must be an integer below 2^53 to be kept exactly; write it as a string, in quotes',
  ],
  [
    'a number without end',
    'pipeline: p\nsteps:\n  a: { activity: x, with: .inf }\n',
    '3:27: steps.a.with: Infinity is not a valid JSON number',
  ],
  [
    'a member that is there twice',
    'pipeline: p\nsteps:\n  a: { job: x, job: y }\n',
    '3:16: job is there twice',
  ],
  [
    'a name that is a list',
    'pipeline: p\nsteps:\n  ? [a]\n  : { job: x }\n',
    '3:5: a name must be a string',
  ],
  [
    'a tag',
    'pipeline: p\nsteps:\n  a: { activity: x, with: !!js/function "() => 1" }\n',
    '3:27: Unresolved tag: tag:yaml.org,2002:js/function',
  ],
  [
    'two documents',
    'pipeline: p\nsteps:\n  a: { job: x }\n---\npipeline: q\n',
    '4:1: a second document begins here: one file holds one pipeline',
  ],
  [
    'an open quote',
    "pipeline: p\nsteps:\n  a: { job: 'x }\n",
    "4:1: Missing closing 'quote",
    '4:1: Flow map in block collection must be sufficiently indented and end with a }',
  ],
  [
    'a tab as indentation',
    'pipeline: p\nsteps:\n\ta: { job: x }\n',
    '3:1: Tabs are not allowed as indentation',
  ],
  [
    'an alias without an anchor',
    'pipeline: p\nsteps:\n  a: *b\n',
    '3:6: there is no anchor b before this',
  ],
];

describe('a pipeline with a misshapen part', () => {
  it.each(REFUSED)('is refused: %s', (_, text, ...problems) => {
    expect(problemsOfYaml(text)).toEqual(problems);
  });
});
