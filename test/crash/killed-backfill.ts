import { expect } from 'vitest';
import type { BackfillProgress } from '../../contract/backfill.js';
import { BACKFILL_QUERY } from '../../contract/names.js';
import {
  type BackfillHandle,
  type BackfillOptions,
  planBackfill,
  startBackfill,
} from '../../worker/start-backfill.js';
import type { WrittenPipeline } from '../../pipeline/index.js';
import type { Scene } from './scene.js';

const KEY = 'run';

/** A job whose executions are told apart by their parameter `date`. */
export const loadJob = (runningMs: number) => ({
  ...{ jobId: 'load', name: 'load', type: 'SCRIPT' as const },
  ...{ maxConcurrentRuns: 20, submissionParameter: KEY },
  executions: [{ waitingMs: 100, runningMs }],
});

/** Runs `load` for each night of the schedule. */
export const nightly = (scene: Scene): WrittenPipeline => ({
  pipeline: `nightly-${scene.taskQueue.slice(-12)}`,
  parameters: { date: { type: 'string' } },
  schedule: {
    ...{ cron: '0 3 * * *', timezone: 'Asia/Seoul' },
    parameters: { date: '${{ run.date }}' },
  },
  defaults: { runKeyParameter: KEY },
  steps: { load: { job: 'load', parameters: { date: '${{ params.date }}' } } },
});

/** Starts a backfill; `continueAfterEvents` makes it continue as new after a few runs. */
export async function startedBackfill(
  scene: Scene,
  pipeline: WrittenPipeline,
  range: Pick<BackfillOptions, 'from' | 'to' | 'maxActive' | 'reprocess'>,
  continueAfterEvents?: number,
): Promise<BackfillHandle> {
  const { taskQueue } = scene;
  const plan = await planBackfill(scene.client, pipeline, { ...range, taskQueue });
  const request = {
    ...plan.request,
    ...(continueAfterEvents !== undefined && { continueAfterEvents }),
  };
  return (await startBackfill(scene.client, { ...plan, request })).handle;
}

export const progressOf = (handle: BackfillHandle): Promise<BackfillProgress> =>
  handle.query<BackfillProgress>(BACKFILL_QUERY);

/** Dates of all executions, those of one date as often as it has some. */
export const datesRun = ({ simulator }: Scene): readonly string[] =>
  simulator
    .executions()
    .map(({ jobCondition }) => String(jobCondition.parameters?.['date']))
    .toSorted();

/** The days of a range, its first and last included. */
export function daysOf(from: string, count: number): readonly string[] {
  const first = Date.parse(`${from}T00:00:00Z`);
  return Array.from({ length: count }, (_, nth) =>
    new Date(first + nth * 86_400_000).toISOString().slice(0, 10),
  );
}

/** Each day has one execution that completed, and nothing runs. */
export function expectEachOnce(scene: Scene, days: readonly string[]): void {
  const { simulator } = scene;
  const { duplicates, leftRunning } = simulator.report();
  expect({ duplicates, leftRunning }).toEqual({ duplicates: 0, leftRunning: 0 });
  expect(datesRun(scene)).toEqual(days);
  expect(simulator.executions().every(({ status }) => status === 'COMPLETED')).toBe(true);
}
