import type { Command } from 'commander';
import { addCommands, type CommandTable } from '../load-commands.js';

export const GROUP_COMMANDS: CommandTable = {
  set: {
    about: 'set the limit of a group; a new one is made',
    usage: '[options] <group>',
    load: async () => (await import('./set-command.js')).addGroupSetCommand,
  },
  list: {
    about: 'list groups: limit, who holds, how many wait',
    usage: '[options]',
    load: async () => (await import('./show-commands.js')).addGroupListCommand,
  },
  show: {
    about: 'show who holds a group, and who waits for it',
    usage: '[options] <group>',
    load: async () => (await import('./show-commands.js')).addGroupShowCommand,
  },
};

const EXAMPLES = `
Start here:
  $ dataflow group set spark --limit 2
  $ dataflow run fastJob --group spark
  $ dataflow group show spark
`;

/** `dataflow group`: runs that share a limit across workflows. */
export async function addGroupCommand(program: Command, words: readonly string[]): Promise<void> {
  const group = program.command('group').addHelpText('after', EXAMPLES);
  await addCommands(group, GROUP_COMMANDS, words);
}
