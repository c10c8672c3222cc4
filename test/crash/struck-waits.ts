import type { WorkflowHandle } from '@temporalio/client';
import { expect } from 'vitest';
import { ACTIVITY_STARTED } from '../support/history.js';
import { until } from '../support/until.js';
import type { WorkerProcess } from '../support/worker-process.js';
import { inScene, type RunHandle, type Scene } from './scene.js';

const WAIT = 'dataflowAwaitExecution';

/** Whether the wait of the workflow is in this worker process. */
async function isHeld(handle: WorkflowHandle, { child }: WorkerProcess): Promise<boolean> {
  const { raw } = await handle.describe();
  const wait = raw.pendingActivities?.find(({ activityType }) => activityType?.name === WAIT);
  const isHis = String(wait?.lastWorkerIdentity).startsWith(`${String(child.pid)}@`);
  return isHis && Number(wait?.state) === ACTIVITY_STARTED;
}

async function untilAllHeld(handles: readonly RunHandle[], worker: WorkerProcess): Promise<void> {
  for (const handle of handles) await until(() => isHeld(handle, worker));
}

/**
 * Many waits in a worker with few slots. It is frozen and continued; the second worker, which has taken the waits over,
 * is told to stop; the first one, which has them again, is killed. After each of these another worker has all waits.
 * Nothing is started twice, stopped or lost.
 * @param end the last step of the test
 */
export async function strikeWaits(
  count: number,
  runningMs: number,
  end: (scene: Scene, handles: readonly RunHandle[]) => Promise<void>,
): Promise<void> {
  const jobs = Array.from({ length: count }, (_, nth) => ({
    ...{ jobId: `job${nth}`, requested: 1 },
    executions: [{ waitingMs: 100, runningMs }],
  }));
  // Quick permits of two seconds run out where so many start on a busy machine.
  const timings = { permitTtlMs: 15_000, waitHeartbeatTimeoutMs: 5_000, maxPollMs: 2_000 };
  await inScene({ jobs, timings }, async (scene) => {
    const start = () => scene.startWorker({ DATAFLOW_MAX_ACTIVITIES: '10' });
    const first = await start();
    const handles = await Promise.all(jobs.map(({ jobId }) => scene.start({ jobId })));
    await untilAllHeld(handles, first);
    first.child.kill('SIGSTOP');
    const second = await start();
    await untilAllHeld(handles, second);
    first.child.kill('SIGCONT');
    expect(await second.end('SIGTERM')).toBe(0);
    await untilAllHeld(handles, first);
    await first.end('SIGKILL');
    await untilAllHeld(handles, await start());
    expect(scene.simulator.report()).toMatchObject({ created: count, duplicates: 0, cancels: 0 });
    await end(scene, handles);
  });
}
