import type { Command } from 'commander';
import { DataFlowInvalidInputError } from '../client/errors.js';
import { RESOLVE_UPDATE } from '../contract/names.js';
import { jobRunsOf } from '../contract/progress.js';
import type { ResolveSubmission, RunProgress } from '../contract/run.js';
import { print, printJson, say } from './output.js';
import { describeWorkflow } from './run/describe-workflow.js';
import { askProgress } from './run/ask-progress.js';
import { type AnswerFlags, chooseAnswer, flagProblems, heldTable } from './run/held.js';
import { noAnswer, sendUpdate } from './run/send-update.js';
import { type Temporal, TEMPORAL_ENVIRONMENT, withTemporal } from './run/temporal-connection.js';
import { addCodecOptions, type CodecFlags } from './run/codec-options.js';

const EXAMPLES = `
A run with --on-ambiguous hold waits for a person if a submission may have been accepted and reconciling did not find its
execution. Without --execution or --none the command shows the submissions that await a resolution, and their candidates.
${TEMPORAL_ENVIRONMENT}
Examples:
  $ dataflow resolve nightly-2026-11-21
  $ dataflow resolve nightly-2026-11-21 --execution Xq8rT2mN5wLc
  $ dataflow resolve nightly-2026-11-21 --none
`;

interface Flags extends AnswerFlags, CodecFlags {
  readonly json?: true;
}

/** `dataflow resolve`: resolves a submission with an unknown outcome. */
export function addResolveCommand(program: Command): void {
  addCodecOptions(
    program
      .command('resolve')
      .argument('<workflowId>', 'id of the Temporal workflow')
      .option('--submission <key>', 'submission to resolve; needed if several await a resolution')
      .option('--execution <id>', 'the execution of the submission')
      .option('--none', 'the submission has no execution: the run may start one')
      .option('--force', 'accept an execution that is not a candidate')
      .option('--json', 'submissions that await a resolution, as JSON')
      .addHelpText('after', EXAMPLES)
      .action(resolve),
  );
}

async function resolve(workflowId: string, flags: Flags): Promise<void> {
  const problems = flagProblems(flags);
  if (problems.length > 0) throw new DataFlowInvalidInputError('dataflow resolve', problems);
  await withTemporal(flags, async (temporal) => {
    const held = await heldOf(temporal, workflowId);
    if (flags.execution === undefined && flags.none === undefined) {
      list(workflowId, held, flags.json ?? false);
      return;
    }
    const answer = chooseAnswer(held, flags);
    await send(temporal, workflowId, answer);
    say(`done: submission ${answer.submission} is resolved with ${answer.executionId}`);
    say(`to watch it: dataflow watch ${workflowId}`);
  });
}

function list(workflowId: string, held: readonly RunProgress[], json: boolean): void {
  if (json) printJson(held);
  else if (held.length > 0) print(heldTable(held));
  say(
    held.length === 0
      ? `workflow ${workflowId} has no submission that awaits a resolution`
      : `to resolve it: dataflow resolve ${workflowId} ${held.length > 1 ? '--submission <key> ' : ''}--execution <id>, or --none`,
  );
}

/**
 * Runs of a workflow that await a resolution.
 * @throws CommandFailed where the workflow does not exist, or no worker answers for it
 */
async function heldOf(temporal: Temporal, workflowId: string): Promise<readonly RunProgress[]> {
  const { handle, taskQueue, isRunning } = await describeWorkflow(temporal, workflowId);
  if (!isRunning) return [];
  const progress = await askProgress(temporal, handle);
  if (progress === 'none') return [];
  if (progress === undefined) throw await noAnswer(temporal, { workflowId, taskQueue });
  return jobRunsOf(progress).filter(({ phase }) => phase === 'awaiting-resolution');
}

const send = (temporal: Temporal, workflowId: string, answer: ResolveSubmission): Promise<void> =>
  sendUpdate(temporal, workflowId, { update: RESOLVE_UPDATE, input: answer });
