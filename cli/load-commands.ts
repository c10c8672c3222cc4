import type { Command } from 'commander';

/** Adds a command. `words`: the arguments after its name, by which a group loads only the command that is asked for. */
export type AddCommand = (program: Command, words: readonly string[]) => void | Promise<void>;

export interface CommandEntry {
  readonly about: string;
  /** Options and arguments in the list of commands. */
  readonly usage: string;
  readonly load: () => Promise<AddCommand>;
}

/** The commands of a program or of a group, by name. */
export type CommandTable = Readonly<Record<string, CommandEntry>>;

/**
 * Adds the command that `words` name. If they name none (help, a wrong name), all commands are listed and none is
 * loaded: to load all of them, with Temporal's worker, would take seconds.
 */
export async function addCommands(
  program: Command,
  table: CommandTable,
  words: readonly string[],
): Promise<void> {
  const [name = '', ...rest] = words[0] === 'help' ? words.slice(1) : words;
  const entry = Object.hasOwn(table, name) ? table[name] : undefined;
  if (entry === undefined) {
    listCommands(program, table);
    return;
  }
  await (
    await entry.load()
  )(program, rest);
  program.commands.find((command) => command.name() === name)?.description(entry.about);
}

function listCommands(program: Command, table: CommandTable): void {
  const help = program.createHelp();
  for (const [name, { about }] of Object.entries(table)) program.command(name).description(about);
  program.configureHelp({
    ...program.configureHelp(),
    subcommandTerm: (command) => {
      const usage = table[command.name()]?.usage;
      return usage === undefined
        ? help.subcommandTerm(command)
        : `${command.name()} ${usage}`.trim();
    },
  });
}
