import { expect, it } from 'vitest';
import { strikeWaits } from '../crash/struck-waits.js';

const WAITS = 200;
const IN_TWENTY_MINUTES = 1_200_000;

it(
  'two hundred waits in a worker with ten slots are taken over from a frozen, a stopped and a killed worker, and each end is told once',
  () =>
    strikeWaits(WAITS, 240_000, async (scene, handles) => {
      for (const handle of handles)
        expect(await handle.result()).toMatchObject({
          posts: 1,
          execution: { status: 'COMPLETED' },
        });
      expect(scene.simulator.report()).toMatchObject({
        ...{ created: WAITS, duplicates: 0, cancels: 0, leftRunning: 0 },
      });
    }),
  IN_TWENTY_MINUTES,
);
