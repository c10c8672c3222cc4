import { describe, expect, it } from 'vitest';
import { until } from '../support/until.js';
import { withOwnTemporal } from './own-temporal.js';
import { ANSWERED } from './places.js';
import { inScene, type Scene } from './scene.js';
import { EVERYWHERE, expectAllTrue, expectAtWork, strikeEverywhere } from './struck.js';

const statusOf = ({ simulator }: Scene, jobId: string): string | undefined =>
  simulator.executions(jobId)[0]?.status;

describe('a Temporal server that is killed while runs prepare, post, look, wait and stop', () => {
  it('and is started again with its database: the same worker goes on, nothing is started twice or lost, and the truth is told', ({
    annotate,
  }) =>
    withOwnTemporal((temporal) =>
      inScene({ ...EVERYWHERE, temporal }, async (scene) => {
        const worker = await scene.startWorker();
        const struck = await strikeEverywhere(scene, () => {
          temporal.kill();
        });
        await until(() => statusOf(scene, ANSWERED.jobId) === 'COMPLETED');
        expect(statusOf(scene, 'waiting')).toBe('RUNNING');
        await temporal.restart();
        await expectAllTrue(scene, struck, annotate);
        await expectAtWork(scene, worker);
      }),
    ));
});
