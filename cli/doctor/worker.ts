import type { Environment } from '../../client/environment.js';
import { DataFlowInvalidInputError } from '../../client/errors.js';
import { readWorkerConfig } from '../../worker/config.js';
import { type Finding, problem } from './finding.js';

/** Why a worker of this environment would not start: reads the configuration of `dataflow worker`, as that does. */
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

/** Those that no other finding has told. */
export const newsIn = (
  findings: readonly Finding[],
  told: readonly Finding[],
): readonly Finding[] =>
  findings.filter(({ text }) => !told.some((other) => (other.sentence ?? other.text) === text));
