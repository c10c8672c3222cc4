import { describe, expect, it } from 'vitest';
import { readRunRequest } from '../../../cli/run/run-request.js';
import { decodeExecution } from '../../../client/operations/decode-execution.js';
import { decodeJob } from '../../../client/operations/decode-job.js';
import { inputProblems } from '../../../client/operations/input-schemas.js';

/** JSON, because an object literal has no member of the name `__proto__`. */
const json = (name: string, value: unknown): string => `{"${name}": ${JSON.stringify(value)}}`;
const named = (name: string, value: unknown = 'x'): object =>
  JSON.parse(json(name, value)) as object;

describe.each(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'])(
  'a job parameter of the name %s (C5)',
  (name) => {
    const jobCondition = { parameters: named(name) };

    it('is checked like any other where it is sent', () => {
      const input = { jobId: 'jobA', jobCondition };
      expect(inputProblems('executeJob', input)).toEqual([]);
      expect(
        inputProblems('executeJob', { ...input, jobCondition: { parameters: named(name, 5) } }),
      ).toEqual([`jobCondition.parameters.${name}: must be a string`]);
    });

    it('is kept of an answer', () => {
      const body = {
        jobExecutionId: 'E1',
        jobId: 'jobA',
        status: 'READY',
        parsedParameters: named(name),
      };
      const execution = decodeExecution(
        { ...body, jobCondition },
        { jobId: 'jobA', executionId: 'E1' },
      );
      expect(JSON.stringify(execution.jobCondition?.parameters)).toBe(`{"${name}":"x"}`);
      expect(JSON.stringify(execution.parsedParameters)).toBe(`{"${name}":"x"}`);
      const job = decodeJob(
        { jobId: 'jobA', name: 'a', type: 'SCRIPT', status: 'RUNNABLE', jobCondition },
        { jobId: 'jobA' },
      );
      expect(JSON.stringify(job.jobCondition?.parameters)).toBe(`{"${name}":"x"}`);
    });

    it('is kept on the command line', async () => {
      const flags = { profile: 'default', parameter: [] };
      for (const request of [
        await readRunRequest('a', { ...flags, parameter: [`${name}=x`] }),
        await readRunRequest('a', { ...flags, jobCondition: JSON.stringify(jobCondition) }),
      ])
        expect(JSON.stringify(request.jobCondition?.parameters)).toBe(`{"${name}":"x"}`);
    });
  },
);
