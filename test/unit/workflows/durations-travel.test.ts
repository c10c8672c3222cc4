import { describe, expect, it } from 'vitest';
import type { AwaitInput } from '../../../contract/activities.js';
import type { RunState } from '../../../contract/run.js';
import { stateOf } from '../../../workflows/job-run/state.js';
import { aPermit, type FakeRun } from './fake-port.js';
import { aRun, done, unknownOutcome, ended, inTurn, started, exact } from './scripted-verbs.js';

const seen = { completedMs: [600_000, 590_000], failedMs: [1_000] };
const prepare = () => done(aPermit({ seen }));
const awaited = ({ calls }: FakeRun): AwaitInput =>
  calls.find(({ verb }) => verb === 'awaitEnd')?.input as AwaitInput;

describe('a wait is told how long earlier executions ran', () => {
  it('and when the service ends this one, when it was posted', async () => {
    const run = aRun({ prepare, submit: inTurn(started()), awaitEnd: () => ended() });
    await run.result();
    expect(awaited(run)).toMatchObject({ seen, timeoutMs: 360 * 60_000 });
  });

  it('when it was adopted', async () => {
    const run = aRun(
      {
        prepare,
        submit: inTurn(unknownOutcome),
        reconcile: () => exact('e1'),
        awaitEnd: () => ended(),
      },
      { exclusive: true },
    );
    await run.result();
    expect(awaited(run)).toMatchObject({ seen });
  });

  it('when it was joined', async () => {
    const active = [{ executionId: 'e1', status: 'RUNNING' }];
    const run = aRun(
      { prepare: () => done(aPermit({ seen, active })), awaitEnd: () => ended() },
      { onBusy: 'join' },
    );
    await run.result();
    expect(awaited(run)).toMatchObject({ seen });
  });

  it('after continue-as-new too', async () => {
    let state: RunState | undefined;
    const before: FakeRun = aRun({
      prepare,
      submit: inTurn(started()),
      awaitEnd: () => {
        state = stateOf(before.run);
        return ended();
      },
    });
    await before.result();
    const after = aRun({ awaitEnd: () => ended() }, { state: state! });
    await after.result();
    expect(awaited(after)).toMatchObject({ seen, timeoutMs: 360 * 60_000 });
  });

  it('by a worker that tells nothing of it: then nothing is known', async () => {
    const run = aRun({ submit: inTurn(started()), awaitEnd: () => ended() });
    await run.result();
    expect(awaited(run)).not.toHaveProperty('seen');
  });
});
