import type { ExitName } from './exit-codes.js';

/** A command that ends otherwise than well, for a reason that is no error of this program. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
  readonly exit: ExitName;
  /** Lines for stderr. */
  readonly lines: readonly string[];

  constructor(exit: ExitName, ...lines: readonly string[]) {
    super(lines.join('\n'));
    this.exit = exit;
    this.lines = lines;
  }
}
