import { it } from 'vitest';
import { killedPipeline } from './killed-pipeline.js';

const IN_TEN_MINUTES = 600_000;
/** `npm run soak` has twenty. */
const KILLS = 12;

it(
  `a pipeline of twelve steps whose worker is killed up to ${KILLS} times has each execution once, and completes`,
  ({ annotate }) => killedPipeline(KILLS, annotate),
  IN_TEN_MINUTES,
);
