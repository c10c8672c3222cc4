import { CommanderError } from 'commander';
import { DataFlowCallError, DataFlowInvalidInputError } from '../client/errors.js';
import { callErrorText, exitOfCall } from './call-errors.js';
import { CommandFailed } from './command-failed.js';
import type { ExitName } from './exit-codes.js';
import { say } from './output.js';

/** Reports an error on stderr, and returns its exit code. */
export function reportError(error: unknown): ExitName {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 'ok' : 'invalid'; // commander has printed it
  const { exit, lines } = outcomeOf(error);
  for (const line of lines) say(`dataflow: ${line}`);
  return exit;
}

function outcomeOf(error: unknown): { readonly exit: ExitName; readonly lines: readonly string[] } {
  if (error instanceof CommandFailed) return error;
  if (error instanceof DataFlowInvalidInputError) return { exit: 'invalid', lines: error.problems };
  if (error instanceof DataFlowCallError)
    return { exit: exitOfCall(error), lines: [callErrorText(error)] };
  const message = error instanceof Error ? error.message : String(error);
  // Recognised by its name: to import its class would load the whole worker, and delay commands that need none.
  if (!(error instanceof Error) || error.name !== 'TemporalUnreachable')
    return { exit: 'unexpected', lines: [message] };
  const isRefused = 'isRefused' in error && error.isRefused === true;
  return { exit: isRefused ? 'unauthorised' : 'unreachable', lines: [message] };
}
