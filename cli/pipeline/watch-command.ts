import type { Command } from 'commander';
import { watchWorkflow } from '../watch-command.js';
import { TEMPORAL_ENVIRONMENT } from '../run/temporal-connection.js';
import { addCodecOptions } from '../run/codec-options.js';

const EXAMPLES = `
Shows the steps live in a terminal, and writes a line per change elsewhere. Ctrl-C ends the watching and not the run.
${TEMPORAL_ENVIRONMENT}
Example:
  $ dataflow pipeline watch dataflow/nightly-sales/2026-11-21
`;

/** `dataflow pipeline watch`: watches a run that was started before. */
export function addPipelineWatchCommand(group: Command): void {
  addCodecOptions(
    group
      .command('watch')
      .argument('<runId>', 'workflow id of the run')
      .option('--cancel-on-exit', 'Ctrl-C cancels the run')
      .option('--json', 'how it ended, as JSON')
      .addHelpText('after', EXAMPLES)
      .action(watchWorkflow),
  );
}
