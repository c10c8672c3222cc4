import { it } from 'vitest';
import { expectInOrder, expectWithinLimit, GROUP_JOBS, playCrowd } from '../crash/crowded-group.js';
import { inScene } from '../crash/scene.js';

it('200 runs of a group of limit 2, under kills, terminations, resets and console starts: never three at once, in the order of requests', () =>
  inScene({ jobs: GROUP_JOBS }, async (scene) => {
    const blows = { kills: 12, terminations: 20, resets: 20, foreign: 20 };
    const crowd = await playCrowd(scene, 200, blows);
    await expectWithinLimit(crowd);
    await expectInOrder(crowd);
  }));
