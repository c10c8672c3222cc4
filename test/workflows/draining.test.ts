import { type WorkerOptions, type WorkflowBundle } from '@temporalio/worker';
import { beforeAll, describe, expect, it } from 'vitest';
import { say, stands, start, stepIs } from '../support/pipelines.js';
import { bundleWithPlugin } from '../support/bundle.js';
import { until } from '../support/until.js';
import { inWorld } from '../support/world.js';
import type { twiceAtOnce } from './code/draining.js';

const CODE = new URL('./code/draining.ts', import.meta.url);
const JOB = { jobId: 'jobA', executions: [{ waitingMs: 100, runningMs: 300 }] };
const waits = (pipeline: string): object => ({ pipeline, steps: { ask: { approval: {} } } });

/** An activity that runs until the test calls `open`. */
function aGate(): { open: () => void; worker: Pick<WorkerOptions, 'activities'> } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return {
    open: () => {
      open();
    },
    worker: { activities: { gate: () => opened } },
  };
}

const causeOf = (error: unknown): unknown => (error instanceof Error ? error.cause : error);

let workflowBundle: WorkflowBundle;
beforeAll(async () => {
  workflowBundle = await bundleWithPlugin(CODE);
});

describe('state() of a pipeline in a workflow', () => {
  it('that ends meanwhile holds up no later run (P15)', () => {
    const { open, worker } = aGate();
    return inWorld({ jobs: [JOB], worker: { workflowBundle, ...worker } }, async (world) => {
      const handle = await world.client.workflow.start('runsJobAfterState', {
        args: [{ pipeline: 'short', steps: { gate: { activity: 'gate' } } }, 'jobA'],
        ...{ taskQueue: world.taskQueue, workflowId: world.taskQueue },
      });
      await stepIs(handle, 'gate', 'running');
      open();
      expect(await handle.result()).toEqual({ status: 'COMPLETED' });
    });
  });

  it('that was handed over holds up no run beside it (P15)', () =>
    inWorld({ jobs: [JOB], worker: { workflowBundle } }, async (world) => {
      const handle = await world.client.workflow.start('runsJobAfterHandOver', {
        args: [waits('long'), 'jobA'],
        ...{ taskQueue: world.taskQueue, workflowId: world.taskQueue },
      });
      expect(await handle.result()).toEqual({ handedOver: true, status: 'COMPLETED' });
    }));

  it('waits for no handler of the user, and a message to a pipeline that was handed over is answered (P16)', () => {
    const { open, worker } = aGate();
    return inWorld({ worker: { workflowBundle, ...worker } }, async (world) => {
      const handle = await world.client.workflow.start('statesOfTwo', {
        args: [waits('first'), { pipeline: 'second', steps: { gate: { activity: 'gate' } } }],
        ...{ taskQueue: world.taskQueue, workflowId: world.taskQueue },
      });
      await stands(handle);
      await handle.startUpdate('awaitFirst', { waitForStage: 'ACCEPTED' });
      await handle.signal('askForStates');
      const first = handle.firstExecutionRunId;
      await until(async () => {
        const refusal = await say(handle, 'pause', { pipeline: first }).catch(causeOf);
        return String(refusal).includes('is being handed over');
      });
      open();
      expect(await handle.result()).toBe(false); // the second one ended instead
    });
  });
});

describe('a pipeline that continues as new while an activity of it goes on for long', () => {
  it('keeps its children open for messages until the activity has ended (P19)', () => {
    const { open, worker } = aGate();
    return inWorld({ worker: { workflowBundle, ...worker } }, async (world) => {
      const steps = {
        gate: { activity: 'gate' },
        child: { pipeline: { pipeline: 'inner', steps: { ask: { approval: {} } } } },
      };
      const handle = await start(world, {
        pipeline: { pipeline: 'outer', steps },
        continueAfterEvents: 5,
      });
      await stepIs(handle, 'child', 'running');
      const child = world.client.workflow.getHandle(`${handle.workflowId}/child`);
      await until(async () => (await stands(handle)).phase === 'draining');
      await stepIs(child, 'ask', 'running');
      await say(child, 'approve', { step: 'ask', approve: true });
      open();
      expect((await handle.result()).steps).toMatchObject({
        gate: { status: 'succeeded' },
        child: { status: 'succeeded' },
      });
    });
  });
});

describe('keys and child workflow ids of pipelines in a workflow (P4)', () => {
  it('are never shared by the runs of several rounds of continue-as-new', () =>
    inWorld(
      { worker: { workflowBundle, activities: { greet: () => 'hello' } } },
      async ({ client, taskQueue }) => {
        const pipeline = { pipeline: 'round', steps: { a: { activity: 'greet' } } };
        const keys = await client.workflow.execute<
          (pipeline: object, rounds: number) => Promise<readonly string[]>
        >('onePerRound', { args: [pipeline, 3], taskQueue, workflowId: taskQueue });
        expect(new Set(keys).size).toBe(3);
      },
    ));

  it('are apart for two runs of one pipeline at once, each with a child', () =>
    inWorld(
      { worker: { workflowBundle, activities: { greet: () => 'hello' } } },
      async ({ client, taskQueue }) => {
        const inner = { pipeline: 'inner', steps: { a: { activity: 'greet' } } };
        const steps = { child: { pipeline: inner }, each: { forEach: ['x'], pipeline: inner } };
        const runs = await client.workflow.execute<typeof twiceAtOnce>('twiceAtOnce', {
          args: [{ pipeline: 'outer', steps }],
          ...{ taskQueue, workflowId: taskQueue },
        });
        const [one, other] = runs.map(([key]) => key);
        expect(one).not.toBe(other);
        expect(runs).toEqual(
          [one, other].map((key) => {
            const prefix = `${taskQueue}/${key ?? ''}`;
            return [key, [`${prefix}/child`, `${prefix}/each/0`]];
          }),
        );
      },
    ));
});
