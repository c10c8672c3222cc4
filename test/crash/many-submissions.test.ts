import { describe, expect, it } from 'vitest';
import type { RunJobResult } from '../../contract/run.js';
import type { Fault } from '../../simulator/index.js';
import { failureOf, type ToldFailure } from '../support/failure-of.js';
import { until } from '../support/until.js';
import { inScene, type RunHandle, type Scene } from './scene.js';

const KEY = 'run';
const TIMINGS = { permitTtlMs: 6_000, submitTimeoutMs: 3_000 };
/** Requests are lost, answers are lost, and answers come after their worker was killed. */
const FAULTS: readonly Fault[] = [
  { on: 'executeJob', calls: [1, 4, 7], then: { drop: 'after' } },
  { on: 'executeJob', calls: [2, 5], then: { delayMs: 10_000, at: 'answer' } },
  { on: 'executeJob', calls: [3], then: { drop: 'before' } },
  { on: 'executeJob', calls: [6], then: { status: 503, handled: true } },
];

const job = (keyed: boolean) => ({
  jobId: 'jobA',
  type: 'SCRIPT' as const,
  maxConcurrentRuns: 20,
  executions: [{ waitingMs: 100, runningMs: 3_000 }],
  ...(keyed && { submissionParameter: KEY }),
});

/** Starts `count` equal runs at once, and replaces the worker while they submit. */
async function startAtOnce(
  scene: Scene,
  count: number,
  request: { readonly runKeyParameter?: string },
): Promise<readonly RunHandle[]> {
  const first = await scene.startWorker();
  const handles = await Promise.all(
    Array.from({ length: count }, () => scene.start({ jobId: 'jobA', ...request })),
  );
  await until(() => scene.calls('executeJob', 'jobA') >= count);
  await first.end('SIGKILL');
  await scene.startWorker();
  return handles;
}

describe.each([2, 10])('%d workflows that start the same job at once', (count) => {
  it('have one execution each, their own, with a run key, whatever is lost', () =>
    inScene({ jobs: [job(true)], faults: FAULTS, timings: TIMINGS }, async (scene) => {
      const handles = await startAtOnce(scene, count, { runKeyParameter: KEY });
      const results = await Promise.all(handles.map((handle) => handle.result()));
      const owned = results.map(({ runKey, execution }) => [runKey, [execution.jobExecutionId]]);
      const { executionsBySubmission, accepted, duplicates } = scene.simulator.report();
      expect(executionsBySubmission).toEqual(Object.fromEntries(owned));
      expect({ accepted, duplicates }).toEqual({ accepted: count, duplicates: 0 });
      expect(results.every(({ exactMatch }) => exactMatch)).toBe(true);
    }));

  it('never report the same execution as surely theirs without one', () =>
    inScene({ jobs: [job(false)], faults: FAULTS, timings: TIMINGS }, async (scene) => {
      const handles = await startAtOnce(scene, count, {});
      const ends = await Promise.all(handles.map(endOf));
      const results = ends.flatMap((end) => ('execution' in end ? [end] : []));
      const failures = ends.flatMap((end) => ('type' in end ? [end] : []));
      const sureIds = results
        .filter(({ exactMatch }) => exactMatch)
        .map(({ execution }) => execution.jobExecutionId);
      expect(new Set(sureIds).size).toBe(sureIds.length);
      for (const { type, details } of failures) {
        expect(type).toBe('DataFlowSubmissionAmbiguous');
        expect(details.candidates?.length).toBeGreaterThan(1);
      }
      const { accepted, cancels } = scene.simulator.report();
      expect(accepted).toBeLessThanOrEqual(count);
      expect(cancels).toBe(0);
    }));
});

async function endOf(handle: RunHandle): Promise<RunJobResult | ToldFailure> {
  const result = handle.result();
  return await result.catch(() => failureOf(result));
}
