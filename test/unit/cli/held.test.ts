import { describe, expect, it } from 'vitest';
import { chooseAnswer, flagProblems } from '../../../cli/run/held.js';
import type { RunProgress } from '../../../contract/run.js';

const held = (submission: string, ...candidates: string[]): RunProgress =>
  ({ jobId: 'j', phase: 'awaiting-resolution', submission, candidates }) as unknown as RunProgress;

describe('chooseAnswer', () => {
  it('needs no submission where one is held', () => {
    const answer = chooseAnswer([held('k1', 'x1')], { execution: 'x1' });
    expect(answer).toEqual({ submission: 'k1', executionId: 'x1' });
    expect(chooseAnswer([held('k1')], { none: true }).executionId).toBe('none');
  });

  it('asks which one, where several are held', () => {
    expect(() => chooseAnswer([held('k1'), held('k2')], { none: true })).toThrow(
      'several submissions await a resolution: name one with --submission (k1, k2)',
    );
  });

  it('takes an execution that is no candidate only by force: a slip would be waited for', () => {
    expect(() => chooseAnswer([held('k1', 'x1')], { execution: 'x2' })).toThrow(
      'must be one of the candidates',
    );
    const forced = chooseAnswer([held('k1', 'x1')], { execution: 'x2', force: true });
    expect(forced.executionId).toBe('x2');
  });

  it('refuses an answer that nobody waits for', () => {
    expect(() => chooseAnswer([], { none: true })).toThrow('no submission awaits a resolution');
  });
});

describe('flagProblems', () => {
  it('names all that contradicts itself', () => {
    const flags = { execution: '../x', none: true, submission: '' } as const;
    expect(flagProblems(flags)).toHaveLength(3);
    expect(flagProblems({ force: true })).toEqual(['--force: must be used with --execution']);
  });
});
