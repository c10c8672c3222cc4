import { describe, expect, it } from 'vitest';
import { readRunRequest } from '../../../cli/run/run-request.js';

describe('readRunRequest', () => {
  it('says nothing that was not asked for: defaults are the workflow’s', async () => {
    expect(await readRunRequest('sZ7aVb3kQp1x', {})).toEqual({ job: 'sZ7aVb3kQp1x' });
  });

  it('puts single settings over those of the JSON', async () => {
    const request = await readRunRequest('a', {
      jobCondition: '{"numWorker": 2, "parameters": {"day": "1", "mode": "x"}}',
      numWorker: '4',
      timeout: '60',
      parameter: ['day=2=3'],
      retry: '3',
      onBusy: 'wait',
      exclusive: true,
      profile: 'payroll',
    });
    expect(request).toEqual({
      job: 'a',
      jobCondition: { numWorker: 4, timeout: 60, parameters: { day: '2=3', mode: 'x' } },
      retry: { maximumAttempts: 3 },
      onBusy: 'wait',
      exclusive: true,
      profile: 'payroll',
    });
  });

  it('refuses a value of the caller’s own for the run key’s parameter (A13)', async () => {
    const reading = readRunRequest('a', {
      parameter: ['runId=mine'],
      runKeyParameter: 'runId',
    });
    await expect(reading).rejects.toMatchObject({
      problems: [
        'jobCondition.parameters.runId: must be left out: the run key becomes its value; name another parameter',
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
        '--job-condition: must be an object, e.g. { numWorker: 4 }',
        '--parameter: must be name=value',
        'job: must be the id or the name of a job: 1 to 100 letters, digits, _ or -',
        '--num-worker: must be an integer from 2 to 10',
        '--run-timeout: must be a duration: ms, or a string such as 90s or 2h 30m; got "soon"',
        '--retry: must be an integer from 1 to 1000; got 0',
        '--on-ambiguous: must be one of fail, hold',
        '--profile: must be a string that is not empty',
      ],
    });
  });

  it('refuses a --run-timeout within which nothing can be started (L16)', async () => {
    const reading = (runTimeout: string) => readRunRequest('a', { runTimeout });
    await expect(reading('60s')).rejects.toMatchObject({
      problems: [
        '--run-timeout: must be more than 1m: nothing is started with less than a minute left',
      ],
    });
    expect(await reading('61s')).toMatchObject({ runTimeout: '61s' });
  });
});
