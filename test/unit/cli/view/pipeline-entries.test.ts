import { describe, expect, it } from 'vitest';
import { pipelineLines, pipelineSection } from '../../../../cli/view/pipeline-entries.js';
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
    items: { total: 3, succeeded: 1, running: 1, failed: 1 },
    running: [{ index: 1, value: 'JP', attempt: 1, note: 'waits for the end' }],
    failed: [{ index: 2, value: 'r03', attempt: 1, reason: 'execution x3 ended FAILED' }],
  },
  check: { status: 'failed', reason: 'DataFlowExecutionFailed: execution x2 ended FAILED' },
  publish: {},
} as const;

describe('pipelineSection', () => {
  it('has a row for each step below the first that it needs, with what it waits for, does, or ended by', () => {
    const { title, entries } = pipelineSection(aRun(STEPS), NEEDS);
    expect(title).toBe('pipeline nightly  running');
    expect(entries.map(({ name, depth, state, detail }) => [name, depth, state, detail])).toEqual([
      ['extract', 0, 'done', 'execution x1'],
      ['clean', 1, 'running', '2/3, 1 failed: r03'],
      ['publish', 2, 'waiting', 'after clean'],
      ['check', 1, 'failed', ''],
    ]);
    expect(entries[3]?.reason).toBe('execution x2 ended FAILED');
  });

  it('names items by their values: what failed first, then what runs (L1)', () => {
    const [, clean] = pipelineSection(aRun(STEPS), NEEDS).entries;
    expect(clean?.items).toEqual([
      { name: 'r03', state: 'failed', detail: 'execution x3 ended FAILED' },
      { name: 'JP', state: 'running', detail: 'waits for the end' },
    ]);
  });

  it('has the steps one below the other while nobody has told the graph', () => {
    const { entries } = pipelineSection(aRun(STEPS));
    expect(entries.map(({ name, depth }) => `${depth} ${name}`)).toEqual([
      ...['0 extract', '0 clean', '0 check', '0 publish'],
    ]);
  });

  it('lets no text move the cursor or break the row', () => {
    const [entry] = pipelineSection(
      aRun({ a: { status: 'failed', reason: '\u001b[2J\nx' } }),
    ).entries;
    expect(entry?.reason).toBe('[2J x');
  });
});

describe('pipelineLines', () => {
  it('says nothing of a step that has not begun, and names a failed item on a line of its own (L1)', () => {
    expect(pipelineLines(aRun(STEPS)).map(({ text }) => text)).toEqual([
      'pipeline nightly  running',
      'extract  succeeded  execution x1',
      'clean  running  2/3, 1 failed: r03',
      'clean r03  failed: execution x3 ended FAILED',
      'check  failed: DataFlowExecutionFailed: execution x2 ended FAILED',
      '',
    ]);
  });
});
