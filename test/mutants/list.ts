import type { Mutant } from './mutant.js';
import { ANSWERING_MUTANTS } from './answering-mutants.js';
import { CROWD_MUTANTS } from './crowd-mutants.js';
import { ENDING_MUTANTS } from './ending-mutants.js';
import { LOOKING_MUTANTS } from './looking-mutants.js';
import { OBSERVING_MUTANTS } from './observing-mutants.js';
import { PIPELINE_MUTANTS } from './pipeline-mutants.js';
import { PLANNER_MUTANTS } from './planner-mutants.js';
import { POLLING_MUTANTS } from './polling-mutants.js';
import { POSTING_MUTANTS } from './posting-mutants.js';
import { REMOTE_MUTANTS } from './remote-mutants.js';
import { WATCHING_MUTANTS } from './watching-mutants.js';

/** Each rule of the submit protocol, of remote runs, of pipelines and of what a worker tells of itself, broken once. */
export const MUTANTS: readonly Mutant[] = [
  ...POSTING_MUTANTS,
  ...ANSWERING_MUTANTS,
  ...LOOKING_MUTANTS,
  ...WATCHING_MUTANTS,
  ...POLLING_MUTANTS,
  ...CROWD_MUTANTS,
  ...ENDING_MUTANTS,
  ...REMOTE_MUTANTS,
  ...PLANNER_MUTANTS,
  ...PIPELINE_MUTANTS,
  ...OBSERVING_MUTANTS,
];
