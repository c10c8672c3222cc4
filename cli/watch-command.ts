import type { Command } from 'commander';
import { watchToEnd } from './run/watch-to-end.js';
import { describeWorkflow } from './run/describe-workflow.js';
import { TEMPORAL_ENVIRONMENT, withTemporal } from './run/temporal-connection.js';
import { addCodecOptions, type CodecFlags } from './run/codec-options.js';

const EXAMPLES = `
Watches any workflow that uses runJob, also one of your own. Ctrl-C ends the watching and not the workflow.
${TEMPORAL_ENVIRONMENT}
Example:
  $ dataflow watch dataflow-run-sZ7aVb3kQp1x-1f0c9a2b
`;

/** `dataflow watch`: watches a workflow that was started before. */
export function addWatchCommand(program: Command): void {
  addCodecOptions(
    program
      .command('watch')
      .argument('<workflowId>', 'id of the Temporal workflow')
      .option('--cancel-on-exit', 'Ctrl-C cancels the workflow')
      .option('--json', 'how it ended, as JSON')
      .addHelpText('after', EXAMPLES)
      .action(watchWorkflow),
  );
}

interface Flags extends CodecFlags {
  readonly cancelOnExit?: true;
  readonly json?: true;
}

/** Watches a workflow to its end, and shows how it ended. @throws CommandFailed where it did not complete */
export async function watchWorkflow(workflowId: string, flags: Flags): Promise<void> {
  const { cancelOnExit, json } = flags;
  await withTemporal(flags, async (temporal) => {
    const { handle, startMs } = await describeWorkflow(temporal, workflowId);
    const onInterrupt = cancelOnExit === true ? 'cancel' : 'detach';
    await watchToEnd({ temporal, handle, startMs, json: json ?? false, onInterrupt });
  });
}
