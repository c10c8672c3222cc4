import { ID } from '../../contract/ids.js';
import type { ResolveSubmission, RunProgress } from '../../contract/run.js';
import { CommandFailed } from '../command-failed.js';
import { toTable } from '../view/table.js';

export interface AnswerFlags {
  readonly submission?: string;
  readonly execution?: string;
  readonly none?: true;
  readonly force?: true;
}

/** Problems of the flags of `dataflow resolve`. */
export function flagProblems({
  execution,
  none,
  submission,
  force,
}: AnswerFlags): readonly string[] {
  const problems: string[] = [];
  if (execution !== undefined && none !== undefined)
    problems.push('--execution and --none: one of them must be left out');
  if (execution !== undefined && !ID.test(execution))
    problems.push(
      '--execution: must be an id as the service shows it: 1 to 100 letters, digits, _ or -',
    );
  if (submission === '')
    problems.push('--submission: must be the key of a submission that awaits a resolution');
  if (force !== undefined && execution === undefined)
    problems.push('--force: must be used with --execution');
  return problems;
}

/** Runs that await a resolution, with their candidates. */
export const heldTable = (held: readonly RunProgress[]): string =>
  toTable(held, [
    { heading: 'submission', cell: ({ submission }) => submission },
    { heading: 'job', cell: ({ jobName, jobId }) => jobName ?? jobId },
    { heading: 'candidates', cell: ({ candidates }) => candidates.join(' ') || 'none seen' },
  ]);

/** The input of the Update for these flags. @throws CommandFailed where they fit no submission */
export function chooseAnswer(
  held: readonly RunProgress[],
  { submission, execution = 'none', force }: AnswerFlags,
): ResolveSubmission {
  if (held.length === 0)
    throw new CommandFailed('refused', 'no submission awaits a resolution: nothing was changed');
  const chosen =
    submission === undefined ? held : held.filter((one) => one.submission === submission);
  const [one] = chosen;
  const keys = held.map((each) => each.submission).join(', ');
  if (one === undefined) throw new CommandFailed('invalid', `--submission: must be one of ${keys}`);
  if (chosen.length > 1)
    throw new CommandFailed(
      'invalid',
      `several submissions await a resolution: name one with --submission (${keys})`,
    );
  const { candidates } = one;
  if (execution !== 'none' && force === undefined && !candidates.includes(execution)) {
    const known = candidates.length === 0 ? 'there are none' : candidates.join(', ');
    throw new CommandFailed(
      'invalid',
      `--execution: must be one of the candidates (${known}); got ${execution}. --force accepts it anyway`,
    );
  }
  return { submission: one.submission, executionId: execution };
}
