import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import type { CommandTable } from '../../../cli/load-commands.js';
import { PIPELINE_COMMANDS } from '../../../cli/pipeline/pipeline-command.js';
import { PROGRAM_COMMANDS } from '../../../cli/program.js';

const rows = (group: string, table: CommandTable): [string, string, CommandTable][] =>
  Object.keys(table).map((name) => [group, name, table]);

describe('the list of commands, which loads none of them', () => {
  it.each([...rows('dataflow', PROGRAM_COMMANDS), ...rows('dataflow pipeline', PIPELINE_COMMANDS)])(
    '%s %s has the usage of the command itself',
    async (_, name, table) => {
      const program = new Command();
      await (
        await table[name]!.load()
      )(program, ['none']);
      const [command] = program.commands;
      const usage = program.createHelp().subcommandTerm(command!);
      expect(usage).toBe(`${name} ${table[name]!.usage}`.trim());
    },
  );
});
