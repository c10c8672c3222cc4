import { PIPELINE_NAME, PIPELINE_NAME_RULE } from './pipeline-ids.js';

/** What a run says about its group. */

export const GROUP_NAME = PIPELINE_NAME;
export const GROUP_NAME_RULE = PIPELINE_NAME_RULE;
export const MAX_GROUP_WEIGHT = 1_000;
export const MAX_GROUP_PRIORITY = 1_000;
