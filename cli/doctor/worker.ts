import type { Environment } from '../../client/environment.js';
import { DataFlowInvalidInputError } from '../../client/errors.js';
import { readWorkerConfig } from '../../worker/config.js';
import { type Finding, problem } from './finding.js';

/** Why `dataflow worker` would not start in this environment. */
export function findWorker(env: Environment): readonly Finding[] {
  try {
    readWorkerConfig(env);
    return [];
  } catch (error) {
    if (!(error instanceof DataFlowInvalidInputError)) throw error;
    const remedy = 'Correct it; until then a worker of this environment does not start';
    return error.problems.map((text) => problem('worker', 'invalid', text, remedy));
  }
}

/** The findings whose problem none of `others` reports. */
export const withoutRepeats = (
  findings: readonly Finding[],
  others: readonly Finding[],
): readonly Finding[] =>
  findings.filter(({ text }) => !others.some((other) => (other.sentence ?? other.text) === text));
