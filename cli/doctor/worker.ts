import type { Environment } from '../../client/environment.js';
import { DataFlowInvalidInputError } from '../../client/errors.js';
import { readWorkerConfig } from '../../worker/config.js';
import { type Finding, problem } from './finding.js';

/** What a worker of this environment would be, or why it would not start. */
export interface WorkerFound {
  /** Waits and other activities at once; absent where the configuration is wrong. */
  readonly slots?: number;
  readonly findings: readonly Finding[];
}

/** Reads the configuration of `dataflow worker`, as that does. */
export function findWorker(env: Environment): WorkerFound {
  try {
    return { slots: readWorkerConfig(env).maxActivities, findings: [] };
  } catch (error) {
    if (!(error instanceof DataFlowInvalidInputError)) throw error;
    const remedy = 'Correct it; until then a worker of this environment does not start';
    const findings = error.problems.map((text) => problem('worker', 'invalid', text, remedy));
    return { findings };
  }
}

/** Those that no other finding has told. */
export const newsIn = (
  findings: readonly Finding[],
  told: readonly Finding[],
): readonly Finding[] =>
  findings.filter(({ text }) => !told.some((other) => (other.sentence ?? other.text) === text));
