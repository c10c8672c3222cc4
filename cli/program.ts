import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { DataFlowInvalidInputError } from '../client/errors.js';
import { TemporalUnreachable } from '../worker/run-worker.js';
import { addSimulatorCommand } from './simulator-command.js';
import { addWorkerCommand } from './worker-command.js';

/** Exit codes of every command. */
export const EXIT = { ok: 0, failed: 1, invalid: 2, unreachable: 3 } as const;

/** Runs one command line; never throws. Data goes to stdout, everything else to stderr. */
export async function runCli(args: readonly string[]): Promise<number> {
  const program = new Command('dataflow')
    .description('NAVER Cloud Data Flow jobs from Temporal: workers and a local service')
    .version(version())
    .showSuggestionAfterError()
    .showHelpAfterError('(see dataflow --help)')
    .exitOverride();
  addWorkerCommand(program);
  addSimulatorCommand(program);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return EXIT.ok;
  } catch (error) {
    return report(error);
  }
}

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.invalid;
  if (error instanceof DataFlowInvalidInputError) {
    for (const problem of error.problems) process.stderr.write(`dataflow: ${problem}\n`);
    return EXIT.invalid;
  }
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`dataflow: ${message}\n`);
  return error instanceof TemporalUnreachable ? EXIT.unreachable : EXIT.failed;
}

function version(): string {
  const text = readFileSync(packageFile(), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}

/** Beside the sources, or above the built files. */
function packageFile(): URL {
  const here = new URL('../package.json', import.meta.url);
  return here.pathname.endsWith('/lib/package.json')
    ? new URL('../../package.json', import.meta.url)
    : here;
}
