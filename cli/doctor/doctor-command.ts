import type { Command } from 'commander';
import { CommandFailed } from '../command-failed.js';
import { EXIT_CODES } from '../exit-codes.js';
import { print, printJson, styled } from '../output.js';
import { taskQueueOf, TEMPORAL_ENVIRONMENT } from '../run/temporal-connection.js';
import { exitOfFindings, type Finding, findingsText, problem } from './finding.js';
import { findProfile } from './profile.js';
import { findProxy } from './proxy.js';
import { findTemporal } from './temporal.js';
import { findWorker, withoutRepeats } from './worker.js';

const EXAMPLES = `
Checks keys, proxy, service, clocks, Temporal, namespace and task queue, and changes nothing. Each finding is ok, warning
or PROBLEM, with what to do. The exit code is 0 without a problem, else that of the first one.
${TEMPORAL_ENVIRONMENT}
Example:
  $ dataflow doctor
  $ dataflow doctor --profile payroll --json | jq '.findings[] | select(.level == "problem")'
`;

interface Flags {
  readonly profile: string;
  readonly taskQueue?: string;
  readonly json?: true;
}

/** `dataflow doctor`: what is wrong, and what to do. */
export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .option('--profile <name>', 'profile by which the service is called', 'default')
    .option('--task-queue <name>', 'task queue of the worker')
    .option('--json', 'the findings as JSON')
    .addHelpText('after', EXAMPLES)
    .action(doctor);
}

async function doctor({ profile, taskQueue, json }: Flags): Promise<void> {
  const queue = taskQueueOf(taskQueue);
  const worker = findWorker(process.env);
  const [service, temporal] = await Promise.all([
    contained('service', findProfile(profile)),
    contained('temporal', findTemporal(queue)),
  ]);
  const others = [...service, findProxy(process.env), ...temporal];
  const findings = [...others, ...withoutRepeats(worker, others)];
  const exit = exitOfFindings(findings);
  if (json === true) printJson({ ok: exit === 'ok', findings });
  else print(findingsText(findings, { style: coloured, width: process.stdout.columns }));
  if (EXIT_CODES[exit].code === 0) return;
  const count = findings.filter(({ level }) => level === 'problem').length;
  throw new CommandFailed(
    exit,
    count === 1 ? 'one problem, see above' : `${count} problems, see above`,
  );
}

/** An error in a check is a finding too, so that the other checks are still reported. */
async function contained(
  about: string,
  looking: Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  try {
    return await looking;
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return [problem(about, 'unexpected', text.slice(0, 300), 'Report it with the text above')];
  }
}

const COLOURS = { ok: 'green', warning: 'yellow', problem: 'red' } as const;
const coloured = (level: Finding['level'], text: string): string => styled(COLOURS[level], text);
