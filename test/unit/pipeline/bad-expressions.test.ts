import { describe, expect, it } from 'vitest';
import { problemsOfYaml, withLastStep } from './written-pipelines.js';

/** What was written, and every line that is told: line, column, place, what to do. */
const REFUSED: readonly (readonly [title: string, text: string, ...problems: string[]])[] = [
  [
    'an unknown step',
    "    when: ${{ steps.extrct.status == 'failed' }}\n",
    '14:21: steps.last.when: there is no step extrct; did you mean extract?',
  ],
  [
    'a step that is not upstream',
    "    when: ${{ steps.other.status == 'failed' }}\n",
    '14:21: steps.last.when: step other is not upstream of this one; add it to needs',
  ],
  [
    'the step itself',
    '    when: ${{ steps.last.total > 1 }}\n',
    '14:21: steps.last.when: step last is not upstream of this one; add it to needs',
  ],
  [
    'a hyphen read as a minus',
    '    when: ${{ steps.load-kr.total > 1 }}\n',
    '14:21: steps.last.when: there is no step load; write steps["load-kr"]',
    '14:26: steps.last.when: unknown name kr; known are params, steps, run, item, index',
  ],
  [
    'an unknown member of a step',
    "    when: ${{ steps.extract.state == 'failed' }}\n",
    '14:29: steps.last.when: steps.extract has no member state; known are status, total, succeeded, failed, canceled, skipped, executionId, output, outputs',
  ],
  [
    'a status that no step has',
    "    when: ${{ steps.extract.status == 'FAILED' }}\n",
    '14:39: steps.last.when: no status is "FAILED"; did you mean failed?',
  ],
  [
    'all steps at once',
    '    when: ${{ size(steps) > 1 }}\n',
    '14:20: steps.last.when: steps: name one of them, as in steps.extract.status',
  ],
  [
    'an unknown parameter',
    "    when: ${{ params.dat == '' }}\n",
    '14:22: steps.last.when: params has no parameter dat; did you mean date?',
  ],
  [
    'an unknown name',
    "    when: ${{ parms.date == '' }}\n",
    '14:15: steps.last.when: unknown name parms; did you mean params?',
  ],
  [
    'item without forEach',
    "    parameters: { r: '${{ item }}' }\n",
    '14:27: steps.last.parameters.r: item: only what runs for each item of forEach has it',
  ],
  [
    'item where there are no items yet',
    "    forEach: ${{ params.regions }}\n    when: ${{ item == 'KR' }}\n",
    '15:15: steps.last.when: item: only what runs for each item of forEach has it',
  ],
  [
    'an unknown function',
    "    when: ${{ params.date.startWith('2') }}\n",
    '14:15: steps.last.when: there is no function startWith(); did you mean startsWith?',
  ],
  [
    'a pattern',
    '    when: ${{ params.date.matches("^(a+)+$") }}\n',
    '14:15: steps.last.when: matches(): the time of a pattern has no bound; use startsWith(), endsWith() or contains()',
  ],
  [
    'a clock',
    "    when: ${{ timestamp(params.date) > timestamp('2026-01-01T00:00:00Z') }}\n",
    '14:40: steps.last.when: timestamp(): dates depend on the machine; pass them as parameters',
  ],
  [
    'a condition that is a text',
    '    when: ${{ params.date }}\n',
    '14:15: steps.last.when: gives a string, not true or false',
  ],
  [
    'a condition without ${{ }}',
    '    when: params.full\n',
    '14:11: steps.last.when: must be one expression, e.g. ${{ params.full }}',
  ],
  [
    'a condition with more around it',
    '    when: x ${{ params.full }}\n',
    '14:11: steps.last.when: must be one expression, e.g. ${{ params.full }}',
  ],
  [
    'forEach over a text',
    '    forEach: ${{ params.date }}\n',
    '14:18: steps.last.forEach: gives a string, not a list',
  ],
  [
    'a number as a parameter of a job',
    "    parameters: { limit: '${{ params.n }}' }\n",
    '14:31: steps.last.parameters.limit: gives a number, not a string; use string(…)',
  ],
  [
    'a list as a parameter of a job',
    "    parameters: { r: '${{ params.regions }}' }\n",
    '14:27: steps.last.parameters.r: gives a list, not a string; use join()',
  ],
  [
    'a list part of a string',
    "    parameters: { r: 'r=${{ params.regions }}' }\n",
    '14:29: steps.last.parameters.r: gives a list, which cannot be part of a string',
  ],
  [
    'workers that are a text',
    '    numWorker: ${{ params.date }}\n',
    '14:20: steps.last.numWorker: gives a string, not a number',
  ],
  [
    'types that do not fit',
    '    when: ${{ params.n == params.date }}\n',
    '14:15: steps.last.when: types do not fit: int == string',
  ],
  [
    'an expression that ends too early',
    '    when: ${{ params.n + }}\n',
    '14:25: steps.last.when: ends too early',
  ],
  [
    'an expression that is not closed',
    "    parameters: { r: 'a ${{ params.date' }\n",
    '14:25: steps.last.parameters.r: ${{ is never closed by }}; write $${{ for the characters',
  ],
  [
    'an empty expression',
    "    parameters: { r: '${{ }}' }\n",
    '14:27: steps.last.parameters.r: is empty',
  ],
  [
    'an open text in an expression',
    "    when: ${{ params.date == 'x }}\n",
    '14:11: steps.last.when: ${{ is never closed by }}; write $${{ for the characters',
  ],
  [
    'a problem behind an escape in quotes',
    "    parameters: { r: 'it''s ${{ params.dat }}' }\n",
    '14:40: steps.last.parameters.r: params has no parameter dat; did you mean date?',
  ],
  [
    'a problem in a block of text',
    '    parameters:\n      r: |\n        first\n        second ${{ params.date }} ${{ params.dat }}\n',
    '17:46: steps.last.parameters.r: params has no parameter dat; did you mean date?',
  ],
  [
    'a problem behind a folded line',
    '    parameters:\n      r: some words\n        and ${{ params.dat }}\n',
    '16:24: steps.last.parameters.r: params has no parameter dat; did you mean date?',
  ],
  [
    'two problems in one expression',
    "    when: ${{ params.dat == '' && steps.zzz.total > 1 }}\n",
    '14:22: steps.last.when: params has no parameter dat; did you mean date?',
    '14:41: steps.last.when: there is no step zzz; known are extract, load-kr, other, last',
  ],
  [
    'too deep an expression',
    `    when: \${{ ${'('.repeat(40)}true${')'.repeat(40)} }}\n`,
    '14:47: steps.last.when: is nested deeper than 32',
  ],
  [
    'too long an expression',
    `    when: \${{ params.date == '${'x'.repeat(2_000)}' }}\n`,
    '14:15: steps.last.when: has 2017 characters, at most 2000',
  ],
  [
    'too many terms',
    `    when: \${{ 1${' + 1'.repeat(300)} > 2 }}\n`,
    '14:15: steps.last.when: has more than 500 terms',
  ],
  [
    'bytes',
    "    when: ${{ b'x' == b'y' }}\n",
    '14:23: steps.last.when: bytes and unsigned numbers are not known here',
  ],
  [
    'a separator that is no text',
    "    parameters: { r: '${{ params.regions.join(params.date) }}' }\n",
    '14:47: steps.last.parameters.r: join(): write the separator out, at most 100 characters',
  ],
  [
    'a global of JavaScript',
    "    parameters: { r: '${{ globalThis.process.exit() }}' }\n",
    '14:27: steps.last.parameters.r: there is no function exit(); known are has, all, exists, exists_one, map, filter, size, string, int, double, bool, dyn, … (23)',
    '14:27: steps.last.parameters.r: unknown name globalThis; known are params, steps, run, item, index',
  ],
  [
    'a constructor',
    "    parameters: { r: '${{ params.constructor.name }}' }\n",
    '14:34: steps.last.parameters.r: params has no parameter constructor; known are date, n, full, regions',
  ],
];

describe('a pipeline with a wrong expression', () => {
  it.each(REFUSED)('is refused: %s', (_, text, ...problems) => {
    expect(problemsOfYaml(withLastStep(text))).toEqual(problems);
  });
});
