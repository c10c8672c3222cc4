import { type Measure, percentilesOf } from './measure.js';
import type { Part } from './part.js';
import { rowsOf } from './rows.js';
import {
  CHAIN,
  measurePipelines,
  type PipelineFigures,
  WAITING,
  WIDTH,
} from './scenarios/pipelines.js';
import { AT_EASE, IN_SHORT_STEPS } from './scenarios/settings.js';

const PEER = 'naive-child-workflows';

const MEASURES: readonly Measure<PipelineFigures>[] = [
  ...percentilesOf(
    `step to step in a chain of ${CHAIN}, end seen → next submit`,
    ({ seenToSubmitMs }: PipelineFigures) => seenToSubmitMs,
  ),
  ...percentilesOf(
    `fan-out of ${WIDTH}, start of the pipeline → submit of a step`,
    ({ startToSubmitMs }: PipelineFigures) => startToSubmitMs,
  ),
  {
    measure: 'fan-out, worker time per step: last submit / steps',
    unit: 'ms',
    of: ({ startToSubmitMs }) => Math.max(...startToSubmitMs) / WIDTH,
  },
  {
    measure: `history events per step of a chain of ${CHAIN}`,
    unit: 'events',
    of: ({ eventsPerStep }) => eventsPerStep,
  },
  {
    measure: `resident memory per waiting pipeline, ${WAITING} of one step`,
    unit: 'KB',
    of: ({ waitingKb }) => waitingKb,
  },
];

export const PIPELINES_PART: Part = {
  measure: async (bench) => {
    bench.say('pipelines: ours …');
    const ours = await measurePipelines(bench, 'pipeline');
    bench.say('pipelines: naive child workflows …');
    const peer = await measurePipelines(bench, PEER);
    return rowsOf(MEASURES, ours, [[PEER, peer]]);
  },
  settingsOf: () => ({
    shortSteps: IN_SHORT_STEPS,
    waiting: AT_EASE,
    ours: 'runKeyParameter; a pipeline as data, read by its first activity',
  }),
  notMeasured: [
    'The naive form starts without looking whether the job is free, and without a permit: its submit is one activity.',
    'Waiting: a naive child workflow of the SDK keeps its loop of timers in the cache; evicted ones would be replayed.',
    'Memory is that of the whole process after the starts, without a forced collection: take the ratio, not the figure.',
  ],
};
