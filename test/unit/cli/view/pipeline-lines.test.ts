import { describe, expect, it } from 'vitest';
import { createStepClock, pipelineLines } from '../../../../cli/view/pipeline-lines.js';
import type { PipelineProgress, StepProgress } from '../../../../contract/pipeline-run.js';

const aRun = (steps: Readonly<Record<string, Partial<StepProgress>>>): PipelineProgress => ({
  ...{ pipeline: 'nightly', key: 'k', phase: 'running' },
  steps: Object.fromEntries(
    Object.entries(steps).map(([id, step]) => [id, { kind: 'job', status: 'pending', ...step }]),
  ),
});
const NEEDS = { extract: [], clean: ['extract'], check: ['extract'], publish: ['clean', 'check'] };
const STEPS = {
  extract: { status: 'succeeded', executionId: 'x1' },
  clean: {
    status: 'running',
    items: { total: 3, succeeded: 1, running: 2 },
    running: [{ index: 1, value: 'JP', attempt: 1, note: 'waiting for the end' }],
  },
  check: { status: 'failed', reason: 'execution x2 FAILED' },
  publish: {},
} as const;

describe('pipelineLines', () => {
  it('draws each step below the first that it needs, with its mark, items, execution and clock', () => {
    const lines = pipelineLines(aRun(STEPS), NEEDS, { clean: 62_000 });
    expect(lines.map(({ live }) => live)).toEqual([
      'pipeline nightly  running',
      '✔ extract      succeeded  execution x1',
      '●   clean      running  1/3: JP: waiting for the end  1m 2s',
      '○     publish  pending  (after check too)',
      '✘   check      failed: execution x2 FAILED',
    ]);
  });

  it('elsewhere says nothing of a step that has not begun, and shows no clock', () => {
    const lines = pipelineLines(aRun(STEPS), NEEDS, { clean: 62_000 });
    expect(lines.map(({ text }) => text)).toEqual([
      'pipeline nightly  running',
      'extract  succeeded  execution x1',
      'clean  running  1/3: JP: waiting for the end',
      '',
      'check  failed: execution x2 FAILED',
    ]);
  });

  it('draws the steps one below the other while nobody has told the graph', () => {
    const lines = pipelineLines(aRun(STEPS)).map(({ live }) => live);
    expect(lines.slice(1).map((line) => line?.slice(0, 9))).toEqual([
      ...['✔ extract', '● clean  ', '✘ check  ', '○ publish'],
    ]);
  });

  it('lets no note move the cursor or break the line', () => {
    const [, line] = pipelineLines(aRun({ a: { status: 'failed', reason: '\u001b[2J\nx' } }));
    expect(line?.live).toBe('✘ a  failed: [2J x');
  });
});

describe('createStepClock', () => {
  it('counts from when a step was first seen to run until it was seen to end, and anew after a retry', () => {
    const clock = createStepClock();
    const at = (status: StepProgress['status'], nowMs: number) =>
      clock.of(aRun({ a: { status } }), nowMs)['a'];
    expect([at('pending', 0), at('running', 1_000), at('running', 4_000)]).toEqual([
      undefined,
      0,
      3_000,
    ]);
    expect([at('failed', 6_000), at('failed', 9_000)]).toEqual([5_000, 5_000]);
    expect([at('pending', 10_000), at('running', 20_000), at('running', 21_000)]).toEqual([
      undefined,
      0,
      1_000,
    ]);
  });
});
