import { WorkflowFailedError } from '@temporalio/client';
import { expect, it } from 'vitest';
import { strikeWaits } from './struck-waits.js';

const WAITS = 20;

// `npm run soak` runs two hundred, until they end.
it('waits that take no slot are taken over from a frozen, a stopped and a killed worker, and can be stopped then', () =>
  strikeWaits(WAITS, 600_000, async (scene, handles) => {
    await Promise.all(handles.map((handle) => handle.cancel()));
    for (const handle of handles)
      await expect(handle.result()).rejects.toThrow(WorkflowFailedError);
    expect(scene.simulator.report()).toMatchObject({
      ...{ created: WAITS, duplicates: 0, cancels: WAITS, leftRunning: 0 },
    });
  }));
