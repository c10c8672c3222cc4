import { describe, expect, it } from 'vitest';
import { lockMode } from '../../../workflows/job-run/match-criteria.js';
import type { Run } from '../../../workflows/job-run/run.js';

const modeOf = (runKeyParameter: string | undefined) =>
  lockMode({ plan: { runKeyParameter } } as Run);

describe('lockMode', () => {
  it('lets runs submit at the same time only where the key tells whose an execution is (rule 9)', () => {
    expect(modeOf('runKey')).toBe('shared');
    expect(modeOf(undefined)).toBe('exclusive');
  });
});
