import type { Command } from 'commander';
import { addCommands, type CommandTable } from '../load-commands.js';

const message = (name: string) => async () =>
  (await import('./message-commands.js')).addMessageCommand(name);

const COMMANDS: CommandTable = {
  validate: async () => (await import('./validate-command.js')).addValidateCommand,
  plan: async () => (await import('./plan-command.js')).addPlanCommand,
  run: async () => (await import('./run-command.js')).addRunCommand,
  list: async () => (await import('./list-command.js')).addListCommand,
  describe: async () => (await import('./describe-command.js')).addDescribeCommand,
  watch: async () => (await import('./watch-command.js')).addWatchCommand,
  cancel: async () => (await import('./cancel-command.js')).addCancelCommand,
  pause: message('pause'),
  resume: message('resume'),
  'cancel-step': message('cancel-step'),
  'retry-step': message('retry-step'),
  'skip-step': message('skip-step'),
  approve: message('approve'),
  reject: message('reject'),
  rerun: async () => (await import('./rerun-command.js')).addRerunCommand,
};

const EXAMPLES = `
Start here:
  $ dataflow pipeline validate nightly-sales.yaml
  $ dataflow pipeline plan nightly-sales.yaml -p date=2026-11-21
  $ dataflow pipeline run nightly-sales.yaml -p date=2026-11-21 --key 2026-11-21 --follow
`;

/** `dataflow pipeline`: pipelines of jobs, from their files to their ends. */
export async function addPipelineCommand(
  program: Command,
  words: readonly string[],
): Promise<void> {
  const group = program
    .command('pipeline')
    .description('pipelines of jobs: check, plan, run, watch, steer')
    .addHelpText('after', EXAMPLES);
  await addCommands(group, COMMANDS, words);
}
