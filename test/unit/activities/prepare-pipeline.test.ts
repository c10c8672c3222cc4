import { afterEach, describe, expect, it, vi } from 'vitest';
import { preparePipeline } from '../../../activities/prepare-pipeline.js';
import type { PreparedPipeline } from '../../../contract/pipeline-run.js';
import { anActivity, fakeProfile } from './fake-profile.js';

const STEPS = 300;
const pipeline = {
  pipeline: 'long',
  parameters: { d: { type: 'string', default: 'x' } },
  steps: Object.fromEntries(
    Array.from({ length: STEPS }, (_, nth) => [
      `step-${nth}`,
      { activity: 'load', with: ['${{ params.d }}', '${{ params.d }}'] },
    ]),
  ),
};
const text = JSON.stringify(pipeline); // JSON is YAML
const { profile } = fakeProfile({});

/** Each look at the clock takes so long. */
function clockThatTakes(ms: number): void {
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => (now += ms));
}

function prepare(
  given: object | string,
  environment = anActivity(),
  parameters: Readonly<Record<string, string>> = {},
): Promise<PreparedPipeline> {
  return environment.run(
    preparePipeline(() => profile),
    { pipeline: given, parameters },
  );
}

/** Turns that the event loop gives to others until the promise is settled. */
async function turnsDuring(promise: Promise<unknown>): Promise<number> {
  let turns = 0;
  let isSettled = false;
  const settled = (): void => {
    isSettled = true;
  };
  promise.then(settled, settled);
  const turn = (): void => {
    turns += 1;
    if (!isSettled) setImmediate(turn);
  };
  setImmediate(turn);
  await Promise.allSettled([promise]);
  return turns;
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('dataflowPreparePipeline (P11)', () => {
  it.each([
    ['an object', pipeline],
    ['the text of a file', text],
  ])('gives way to others again and again while it checks %s', async (_, given) => {
    clockThatTakes(10);
    const prepared = prepare(given);
    // At least two texts a step, and a pause after two of them.
    expect(await turnsDuring(prepared)).toBeGreaterThan(STEPS);
    expect(Object.keys((await prepared).plan.steps)).toHaveLength(STEPS);
  });

  it('gives way while it reads the text of a file, too', async () => {
    clockThatTakes(25);
    const comments = `# ${'x '.repeat(50)}\n`.repeat(5_000);
    const prepared = prepare(`${comments}pipeline: p\nsteps: { a: { activity: load } }\n`);
    expect(await turnsDuring(prepared)).toBeGreaterThan(10);
    await prepared;
  });

  it('fails for good after a minute', async () => {
    clockThatTakes(1_000);
    await expect(prepare(pipeline)).rejects.toMatchObject({
      ...{ type: 'DataFlowInvalidInput', nonRetryable: true },
      message: expect.stringContaining('takes longer than 60 s to check') as unknown,
    });
  });

  it('does not begin a minute anew with each pause', async () => {
    clockThatTakes(100);
    await expect(prepare(pipeline)).rejects.toMatchObject({ type: 'DataFlowInvalidInput' });
  });

  it('ends between two pieces when it is cancelled', async () => {
    clockThatTakes(25);
    const environment = anActivity();
    const prepared = prepare(pipeline, environment);
    setImmediate(() => {
      environment.cancel();
    });
    const ended = await Promise.allSettled([prepared]);
    expect(ended).toMatchObject([{ status: 'rejected', reason: { name: 'CancelledFailure' } }]);
  });

  it('tells the first problems of its parameters: a failure stays small', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 20_000 }, (_, nth) => [`unknown-${nth}`, 'x']),
    );
    const failure = (await prepare(pipeline, anActivity(), many).catch(
      (error: unknown) => error,
    )) as Error;
    expect(failure.message).toMatch(/unknown-0: unknown/);
    expect(failure.message).toMatch(/and 19950 more/);
    expect(failure.message.length).toBeLessThan(10_000);
  });
});

describe('dataflowPreparePipeline for a scheduled time (S3)', () => {
  const scheduled = {
    pipeline: 'nightly',
    parameters: { date: { type: 'string' }, n: { type: 'number', default: 1 } },
    schedule: {
      ...{ cron: '0 3 * * *', timezone: 'Asia/Seoul' },
      parameters: { date: '${{ run.date }}', n: 7 },
    },
    steps: { a: { activity: 'load' } },
  };
  const at = '2026-11-21T18:00:00Z';
  const run = { id: `dataflow/nightly/at-${at}`, key: `at-${at}` };
  const prepareAt = (
    given: object,
    parameters: Readonly<Record<string, number>>,
    time = at,
  ): Promise<PreparedPipeline> =>
    anActivity().run(
      preparePipeline(() => profile),
      { pipeline: given, parameters, scheduled: { at: time, ...run } },
    );

  it('evaluates the parameters of the schedule in its zone; what the caller gives takes precedence', async () => {
    expect(await prepareAt(scheduled, { n: 8 })).toMatchObject({
      parameters: { date: '2026-11-22', n: 8 },
      scheduled: { at, date: '2026-11-22', previous: '2026-11-20T18:00:00Z' },
    });
  });

  it('without a schedule the time is in UTC, and has none before it', async () => {
    const { pipeline: name, steps } = scheduled;
    const { scheduled: values } = await prepareAt({ pipeline: name, steps }, {});
    expect(values).toEqual({ at, date: '2026-11-21' });
  });

  it('a parameter without a value is a problem of the run, with the others', async () => {
    const parameters = { date: '${{ string(run.previousScheduledAt - duration("x")) }}' };
    await expect(
      prepareAt({ ...scheduled, schedule: { ...scheduled.schedule, parameters } }, {}),
    ).rejects.toThrow(/schedule\.parameters\.date: .*is no duration/);
    await expect(prepareAt(scheduled, {}, 'noon')).rejects.toThrow(/scheduledAt: must be/);
  });
});
