import type { PipelineProgress } from '../../contract/pipeline-run.js';
import type { RunProgress } from '../../contract/run.js';
import type { AllNeeds, AllProgress } from '../run/ask-progress.js';
import { createStepClock, pipelineLines } from './pipeline-lines.js';
import { progressLine } from './progress-line.js';
import type { LiveLine } from './live-view.js';

export interface ProgressLines {
  /** Where everything stands, a line each. Jobs that a pipeline runs stand in the lines of its steps. */
  of(all: AllProgress, nowMs: number): Promise<readonly LiveLine[]>;
}

/** `askNeeds` is asked once a pipeline shows, until it tells the graph. */
export function createProgressLines(askNeeds: () => Promise<AllNeeds | undefined>): ProgressLines {
  const clock = createStepClock();
  let needs: AllNeeds = {};
  return {
    of: async (all, nowMs) => {
      const pipelines = Object.values(all).filter((one) => 'pipeline' in one);
      if (pipelines.some(({ key }) => needs[key] === undefined))
        needs = (await askNeeds()) ?? needs;
      return pipelines.length > 0
        ? pipelines.flatMap((one) => pipelineLines(one, needs[one.key], clock.of(one, nowMs)))
        : Object.entries(all).map(([key, run]) => ({ key, text: lineOf(run) }));
    },
  };
}

const lineOf = (run: RunProgress | PipelineProgress): string =>
  'pipeline' in run ? run.pipeline : progressLine(run);
