import type { Command } from 'commander';
import { addCommands, type CommandTable } from '../load-commands.js';

const act = (name: 'pause' | 'resume' | 'trigger' | 'delete') => async () =>
  (await import('./act-commands.js')).addActCommand(name);

export const SCHEDULE_COMMANDS: CommandTable = {
  apply: {
    about: 'put the schedule of a pipeline in force; shows what changes',
    usage: '[options] <file>',
    load: async () => (await import('./apply-command.js')).addApplyCommand,
  },
  list: {
    about: 'list schedules of pipelines',
    usage: '[options]',
    load: async () => (await import('./list-command.js')).addScheduleListCommand,
  },
  describe: {
    about: 'show when a pipeline runs next, and its latest runs',
    usage: '[options] <pipeline>',
    load: async () => (await import('./describe-command.js')).addScheduleDescribeCommand,
  },
  pause: { about: 'start nothing until resume', usage: '[options] <pipeline>', load: act('pause') },
  resume: { about: 'go on after a pause', usage: '[options] <pipeline>', load: act('resume') },
  trigger: {
    about: 'run it now, beside its scheduled times',
    usage: '[options] <pipeline>',
    load: act('trigger'),
  },
  delete: {
    about: 'end the schedule; its runs go on',
    usage: '[options] <pipeline>',
    load: act('delete'),
  },
};

const EXAMPLES = `
Start here:
  $ dataflow schedule apply nightly-sales.yaml --dry-run
  $ dataflow schedule apply nightly-sales.yaml
  $ dataflow schedule describe nightly-sales
`;

/** `dataflow schedule`: pipelines that run by themselves, on Temporal's schedules. */
export async function addScheduleCommand(
  program: Command,
  words: readonly string[],
): Promise<void> {
  const group = program.command('schedule').addHelpText('after', EXAMPLES);
  await addCommands(group, SCHEDULE_COMMANDS, words);
}
