import { describe, expect, it } from 'vitest';
import { inScene } from './scene.js';
import {
  EVERYWHERE,
  expectAllTrue,
  expectAtWork,
  expectNothingTwice,
  strikeEverywhere,
} from './struck.js';

describe('a worker that is struck while it prepares, posts, looks, waits and stops', () => {
  it('and killed is replaced: nothing is started twice, nothing is lost, and the truth is told', ({
    annotate,
  }) =>
    inScene(EVERYWHERE, async (scene) => {
      const first = await scene.startWorker();
      const struck = await strikeEverywhere(scene, () => first.child.kill('SIGKILL'));
      await scene.startWorker();
      await expectAllTrue(scene, struck, annotate);
    }));

  it('and frozen is replaced, and starts nothing when it goes on after its successor has finished', ({
    annotate,
  }) =>
    inScene(EVERYWHERE, async (scene) => {
      const first = await scene.startWorker();
      const struck = await strikeEverywhere(scene, () => first.child.kill('SIGSTOP'));
      const second = await scene.startWorker();
      await expectAllTrue(scene, struck, annotate);
      expect(await second.end('SIGTERM')).toBe(0);
      first.child.kill('SIGCONT');
      await expectAtWork(scene, first);
      expectNothingTwice(scene);
    }));

  it('and told to stop finishes what it has posted and hands over the rest', ({ annotate }) =>
    inScene(EVERYWHERE, async (scene) => {
      const first = await scene.startWorker();
      let gone: Promise<number | null> | undefined;
      const struck = await strikeEverywhere(scene, () => {
        gone = first.end('SIGTERM');
      });
      await scene.startWorker();
      expect(await gone).toBe(0);
      await expectAllTrue(scene, struck, annotate);
    }));
});
