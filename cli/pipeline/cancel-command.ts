import type { Command } from 'commander';
import { CommandFailed } from '../command-failed.js';
import { say } from '../output.js';
import { describeWorkflow } from '../run/describe-workflow.js';
import { pausedText } from '../run/open-status.js';
import { TEMPORAL_ENVIRONMENT, withTemporal } from '../run/temporal-connection.js';
import { addCodecOptions, type CodecFlags } from '../run/codec-options.js';

const EXAMPLES = `
Running steps are stopped as their onCancel says (dataflow pipeline plan shows it). No further step starts, not even one with
runIf: always.
${TEMPORAL_ENVIRONMENT}
Example:
  $ dataflow pipeline cancel dataflow/nightly-sales/2026-11-21
`;

/** `dataflow pipeline cancel`: stops a run and all that it has started. */
export function addCancelCommand(group: Command): void {
  addCodecOptions(
    group
      .command('cancel')
      .argument('<runId>', 'workflow id of the run')
      .addHelpText('after', EXAMPLES)
      .action(cancel),
  );
}

async function cancel(runId: string, flags: CodecFlags): Promise<void> {
  await withTemporal(flags, async (temporal) => {
    const { handle, isRunning, status } = await describeWorkflow(temporal, runId);
    if (!isRunning)
      throw new CommandFailed('refused', `run ${runId} has ended: there is nothing to cancel`);
    await handle.cancel();
    say(
      status === 'PAUSED'
        ? `the cancel was sent and has no effect yet: ${pausedText(runId)}`
        : `done: ${runId} is being canceled`,
    );
    say(`to watch it end: dataflow pipeline watch ${runId}`);
  });
}
