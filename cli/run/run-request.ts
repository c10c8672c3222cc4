import type { Command } from 'commander';
import { DataFlowInvalidInputError } from '../../client/errors.js';
import { durationMs } from '../../contract/durations.js';
import { JOB_BY_NAME_OPTIONS, jobByNameProblems } from '../../contract/run-options.js';
import type { JobByName } from '../../contract/run.js';
import { addFlags, flagsIn, type GivenFlags, readFlags } from './option-flags.js';

const RUN_FLAGS = flagsIn(JOB_BY_NAME_OPTIONS);

export const addRunFlags = (command: Command): Command => addFlags(command, RUN_FLAGS);

/** The timeout of an execution is in whole minutes, and a run with less than a minute left starts nothing. */
const MIN_RUN_MS = 60_000;

/**
 * The request of a run, with only the options that were given: the workflow applies the defaults.
 * @throws DataFlowInvalidInputError naming all problems
 */
export async function readRunRequest(job: string, given: GivenFlags): Promise<JobByName> {
  const { value, problems } = await readFlags(RUN_FLAGS, given, {
    base: { job },
    check: jobByNameProblems,
  });
  if ((durationMs(value['runTimeout']) ?? Infinity) <= MIN_RUN_MS)
    problems.push(
      '--run-timeout: must be more than 1m: nothing is started with less than a minute left',
    );
  if (problems.length > 0) throw new DataFlowInvalidInputError('dataflow run', problems);
  return value as unknown as JobByName;
}
