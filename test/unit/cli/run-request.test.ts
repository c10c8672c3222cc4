import { describe, expect, it } from 'vitest';
import { readRunRequest } from '../../../cli/run/run-request.js';

const NOTHING = { profile: 'default', parameter: [] } as const;

describe('readRunRequest', () => {
  it('says nothing that was not asked for: defaults are the workflow’s', async () => {
    expect(await readRunRequest('sZ7aVb3kQp1x', NOTHING)).toEqual({ job: 'sZ7aVb3kQp1x' });
  });

  it('puts single settings over those of the JSON', async () => {
    const request = await readRunRequest('a', {
      ...NOTHING,
      jobCondition: '{"numWorker": 2, "parameters": {"day": "1", "mode": "x"}}',
      numWorker: '4',
      timeout: '60',
      parameter: ['day=2=3'],
      retry: '3',
      onBusy: 'wait',
      exclusive: true,
      waitTaskQueue: 'dataflow-waits',
      profile: 'payroll',
    });
    expect(request).toEqual({
      job: 'a',
      jobCondition: { numWorker: 4, timeout: 60, parameters: { day: '2=3', mode: 'x' } },
      retry: { maximumAttempts: 3 },
      onBusy: 'wait',
      exclusive: true,
      waitTaskQueue: 'dataflow-waits',
      profile: 'payroll',
    });
  });

  it('refuses a value of the caller’s own for the run key’s parameter (A13)', async () => {
    const reading = readRunRequest('a', {
      ...NOTHING,
      parameter: ['runId=mine'],
      runKeyParameter: 'runId',
    });
    await expect(reading).rejects.toMatchObject({
      problems: [
        '--run-key-parameter: runId must have no value of its own, because the run key becomes its value',
      ],
    });
  });

  it('names all problems at once', async () => {
    const reading = readRunRequest(' ', {
      profile: '',
      parameter: ['day'],
      runTimeout: 'soon',
      onAmbiguous: 'guess',
      retry: '0',
      numWorker: 'many',
      jobCondition: '[]',
    });
    await expect(reading).rejects.toMatchObject({
      problems: [
        expect.stringContaining('job: must be'),
        '--run-timeout: must be a duration: ms, or a string such as 90s or 2h 30m',
        '--on-ambiguous: must be one of fail, hold',
        '--profile: must be a string that is not empty',
        '--retry: must be an integer from 1 to 1000, the attempts in all',
        '--job-condition: must be an object, e.g. {"numWorker": 4}',
        '--parameter: must be name=value',
        'jobCondition.numWorker: must be an integer from 2 to 10',
      ],
    });
  });

  it('refuses a --run-timeout within which nothing can be started (L16)', async () => {
    const reading = (runTimeout: string) =>
      readRunRequest('a', { profile: 'default', parameter: [], runTimeout });
    await expect(reading('60s')).rejects.toMatchObject({
      problems: [
        '--run-timeout: must be more than 1m: nothing is started with less than a minute left',
      ],
    });
    expect(await reading('61s')).toMatchObject({ runTimeout: '61s' });
  });
});
