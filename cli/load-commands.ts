import type { Command } from 'commander';

/** Adds a command; told the words after its name, so that a group loads only what is asked for. */
export type AddCommand = (program: Command, words: readonly string[]) => void | Promise<void>;

/** How each command is loaded, by its name. */
export type CommandTable = Readonly<Record<string, () => Promise<AddCommand>>>;

/**
 * Adds the command that `words` name; all of them where help or a suggestion may be asked for. Loaded one by one:
 * whoever checks a file or calls the service does not wait for Temporal's worker to be loaded.
 */
export async function addCommands(
  program: Command,
  table: CommandTable,
  [name = '', ...rest]: readonly string[],
): Promise<void> {
  const named = Object.hasOwn(table, name) ? table[name] : undefined;
  for (const load of named === undefined ? Object.values(table) : [named])
    await (
      await load()
    )(program, rest);
}
