import { describe, expect, it } from 'vitest';
import { createJsonLogger, idsOf, type LogThreshold } from '../../../worker/logging.js';

const aLog = (threshold: LogThreshold = 'info') => {
  const lines: string[] = [];
  const logger = createJsonLogger(threshold, { write: (line) => lines.push(line) });
  return { logger, lines, read: () => lines.map((line) => JSON.parse(line) as object) };
};

describe('createJsonLogger', () => {
  it('writes one line of JSON for each message, with its level, time and fields', () => {
    const { logger, lines, read } = aLog();
    logger.warn('two\nlines', { jobId: 'j1' });
    expect(lines).toHaveLength(1);
    expect(lines[0]?.split('\n')).toEqual([expect.any(String), '']);
    expect(read()).toEqual([
      {
        level: 'warn',
        message: 'two\nlines',
        jobId: 'j1',
        time: expect.stringMatching(/^\d{4}-.*Z$/) as string,
      },
    ]);
  });

  it('writes nothing below its threshold', () => {
    const { logger, lines } = aLog('warn');
    logger.info('x');
    logger.log('DEBUG', 'x');
    logger.log('ERROR', 'y');
    expect(lines).toHaveLength(1);
  });

  it('calls the run of a workflow runId, wherever the SDK says it, and leaves task tokens out', () => {
    const { logger, read } = aLog();
    logger.info('x', { workflowRunId: 'r1', taskToken: 'long' });
    expect(read()).toEqual([expect.objectContaining({ runId: 'r1' })]);
    expect(read()).toEqual([expect.not.objectContaining({ taskToken: 'long' })]);
  });

  it('writes of an error type, message and stack, and nothing else that hangs on it', () => {
    const { logger, lines, read } = aLog();
    const error = Object.assign(new Error('no'), { type: 'DataFlowThrottled', keys: 'hidden' });
    logger.error('failed', { error });
    expect(read()).toEqual([
      expect.objectContaining({
        error: expect.objectContaining({ type: 'DataFlowThrottled', message: 'no' }) as object,
      }),
    ]);
    expect(lines.join('')).not.toContain('hidden');
  });
});

describe('idsOf', () => {
  it('finds the ids in the input of an activity, and nothing else', () => {
    const input = { jobId: 'j1', executionId: 'e1', profile: 'etl', jobCondition: { timeout: 1 } };
    expect(idsOf(input)).toEqual({ jobId: 'j1', executionId: 'e1', profile: 'etl' });
  });

  it("tells a workflow of the service apart from Temporal's", () => {
    expect(idsOf({ workflowId: 'w1' })).toEqual({ remoteWorkflowId: 'w1' });
  });

  it.each([undefined, null, 7, { jobId: 8 }, { jobId: 'x'.repeat(101) }])(
    'finds none in %j',
    (input) => {
      expect(idsOf(input)).toEqual({});
    },
  );
});
