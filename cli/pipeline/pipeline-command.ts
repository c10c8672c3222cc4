import type { Command } from 'commander';
import { addCommands, type CommandTable } from '../load-commands.js';

const message = (name: string) => async () =>
  (await import('./message-commands.js')).addMessageCommand(name);

export const PIPELINE_COMMANDS: CommandTable = {
  validate: {
    about: 'check pipelines in files, without a call',
    usage: '[options] <files...>',
    load: async () => (await import('./validate-command.js')).addValidateCommand,
  },
  plan: {
    about: 'show what a run of a pipeline would do; nothing is started',
    usage: '[options] <file>',
    load: async () => (await import('./plan-command.js')).addPlanCommand,
  },
  simulate: {
    about: 'play a run with outcomes of your choice; nothing is called',
    usage: '[options] <file>',
    load: async () => (await import('./simulate-command.js')).addSimulateCommand,
  },
  run: {
    about: 'run a pipeline',
    usage: '[options] <file>',
    load: async () => (await import('./run-command.js')).addPipelineRunCommand,
  },
  backfill: {
    about: 'run a pipeline for scheduled times that have passed',
    usage: '[options] <file>',
    load: async () => (await import('./backfill-command.js')).addBackfillCommand,
  },
  list: {
    about: 'list runs of pipelines',
    usage: '[options]',
    load: async () => (await import('./list-command.js')).addListCommand,
  },
  describe: {
    about: 'show parameters and steps of a run',
    usage: '[options] <runId>',
    load: async () => (await import('./describe-command.js')).addDescribeCommand,
  },
  watch: {
    about: 'watch a run to its end, which is the exit code',
    usage: '[options] <runId>',
    load: async () => (await import('./watch-command.js')).addPipelineWatchCommand,
  },
  cancel: {
    about: 'cancel a run, and stop everything that it has started',
    usage: '[options] <runId>',
    load: async () => (await import('./cancel-command.js')).addCancelCommand,
  },
  pause: {
    about: 'start no further steps; running ones go on',
    usage: '[options] <runId>',
    load: message('pause'),
  },
  resume: {
    about: 'go on after a pause',
    usage: '[options] <runId>',
    load: message('resume'),
  },
  'cancel-step': {
    about: 'stop the running items of a step, and start no more of them',
    usage: '[options] <runId> <step>',
    load: message('cancel-step'),
  },
  'retry-step': {
    about: 'run the failed items of a step again, and what was skipped because of them',
    usage: '[options] <runId> <step>',
    load: message('retry-step'),
  },
  'skip-step': {
    about: 'do not run a step, or count its failure as a skip',
    usage: '[options] <runId> <step>',
    load: message('skip-step'),
  },
  approve: {
    about: 'approve what a step waits for',
    usage: '[options] <runId> <step>',
    load: message('approve'),
  },
  reject: {
    about: 'reject what a step waits for; the step fails',
    usage: '[options] <runId> <step>',
    load: message('reject'),
  },
  rerun: {
    about: 'run again what failed in an ended run; what succeeded is kept',
    usage: '[options] <runId>',
    load: async () => (await import('./rerun-command.js')).addRerunCommand,
  },
};

const EXAMPLES = `
Start here:
  $ dataflow pipeline validate nightly-sales.yaml
  $ dataflow pipeline plan nightly-sales.yaml -p date=2026-11-21
  $ dataflow pipeline run nightly-sales.yaml -p date=2026-11-21 --key 2026-11-21 --follow
`;

/** `dataflow pipeline`: the group of commands about pipelines. */
export async function addPipelineCommand(
  program: Command,
  words: readonly string[],
): Promise<void> {
  const group = program.command('pipeline').addHelpText('after', EXAMPLES);
  await addCommands(group, PIPELINE_COMMANDS, words);
}
