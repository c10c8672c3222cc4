import type { ExitName } from './exit-codes.js';

/** Ends a command with an exit code and with lines on stderr. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
  readonly exit: ExitName;
  readonly lines: readonly string[];

  constructor(exit: ExitName, ...lines: readonly string[]) {
    super(lines.join('\n'));
    this.exit = exit;
    this.lines = lines;
  }
}
