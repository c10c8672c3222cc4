import { DataFlowInvalidInputError } from '../../client/errors.js';
import { Command, InvalidArgumentError, Option } from 'commander';
import { suggest } from '../../contract/suggest.js';
import { ENDPOINTS } from '../../client/operations/endpoints.js';
import { findOperation, OPERATION_NAMES, otherNamesOf } from '../../contract/operation-names.js';
import { type OperationName, OPERATIONS } from '../../contract/operations.js';
import { CommandFailed } from '../command-failed.js';
import { bodyMembersOf, dashed, flagsOf, type InputFlag } from './flags.js';
import type { ShowOptions } from './perform.js';
import { readInput } from './read-input.js';
import { isList } from './tables.js';

const EXAMPLES = `
Examples:
  $ dataflow api getJobs --all
  $ dataflow api getJobExecutions --jobId sZ7aVb3kQp1x --limit 5
  $ dataflow api getJobExecutions --jobId sZ7aVb3kQp1x --json | jq '.list[].status'
  $ dataflow api createJob --body job.json
`;

/** `dataflow api`: every operation of the service as a command, with flags from the table of inputs. */
export function addApiCommand(program: Command): void {
  const api = program
    .command('api')
    .argument('[operation]', 'by its name in any edition of the documentation')
    .usage('<operation> [options]')
    // An unknown operation is reported as such, and not as an unknown flag of it.
    .allowUnknownOption()
    .allowExcessArguments()
    .addHelpText('after', EXAMPLES)
    .action((title: string | undefined, _options: unknown, command: Command) => {
      if (title === undefined) command.outputHelp();
      else throw new CommandFailed('invalid', refusal(title));
    });
  for (const name of OPERATION_NAMES) api.addCommand(operationCommand(name, program));
}

function refusal(title: string): string {
  const found = findOperation(title);
  if ('name' in found) return title;
  if (found.meant.length > 0) return found.problem;
  const meant = suggest(title, [...OPERATION_NAMES, ...OPERATION_NAMES.flatMap(otherNamesOf)]);
  const hint = meant === undefined ? '; dataflow api lists all' : `; did you mean ${meant}?`;
  return found.problem + hint;
}

/** The heading of an operation in the list, by its path. */
function groupOf(name: OperationName): string {
  const { path } = ENDPOINTS[name];
  if (path.includes('{jobId}/executions')) return 'Executions:';
  if (path.startsWith('/api/v1/jobs')) return 'Jobs:';
  if (path.startsWith('/api/v1/workflows')) return 'Workflows:';
  return path.startsWith('/api/v1/triggers') ? 'Triggers:' : 'Statistics:';
}

interface CommonFlags extends ShowOptions {
  readonly profile?: string;
  readonly body?: string;
}

function operationCommand(name: OperationName, program: Command): Command {
  const flags = flagsOf(name);
  const body = bodyMembersOf(name);
  const required = flags.filter(({ isRequired }) => isRequired).map(usageOf);
  const command = new Command(name)
    .copyInheritedSettings(program)
    .description(OPERATIONS[name].about)
    .aliases([...otherNamesOf(name)])
    .helpGroup(groupOf(name))
    .usage([...required, '[options]'].join(' '));
  for (const flag of flags) addFlag(command, flag);
  if (body.length > 0)
    command.option('--body <file>', `JSON with ${body.join(', ')}; - reads stdin`);
  if (isList(name)) command.option('--all', 'read all pages');
  return command
    .option('--json', 'print the answer as JSON')
    .option('--profile <name>', 'profile by which the service is called', 'default')
    .addHelpText('after', `\nExample:\n  $ dataflow api ${exampleOf(name, flags)}\n`)
    .action(async (given: CommonFlags & Record<string, unknown>) => {
      // Loaded when an operation is called: its help does not wait for the client.
      const { readNamedProfile, withService } = await import('../profile.js');
      const { perform } = await import('./perform.js');
      const input = await allProblems(readInput(name, given, given.body), () =>
        readNamedProfile(given.profile),
      );
      await withService(given.profile, (client) => perform(client, name, input, given));
    });
}

const placeholder = ({ kind }: InputFlag): string => (kind === 'switch' ? '' : ` <${kind}>`);
const usageOf = (flag: InputFlag): string => `--${flag.member}${placeholder(flag)}`;

function addFlag(command: Command, flag: InputFlag): void {
  const { member, kind, isRequired, about } = flag;
  const how = kind === 'json' ? '; JSON or @file' : '';
  const need = isRequired ? ' (required)' : '';
  const option = (usage: string): Option => {
    const made = new Option(usage, `${about}${how}${need}`);
    return kind === 'switch' ? made : made.argParser(onlyOnce);
  };
  command.addOption(option(usageOf(flag)));
  if (dashed(member) !== member)
    command.addOption(option(`--${dashed(member)}${placeholder(flag)}`).hideHelp());
}

/** `--jobId` and `--job-id` set one property: without this check the last one would win unnoticed. */
function onlyOnce(value: string, before: unknown): string {
  if (before !== undefined) throw new InvalidArgumentError('it is given twice: leave one out');
  return value;
}

const EXAMPLE_VALUES: Readonly<Record<string, string>> = {
  jobId: 'sZ7aVb3kQp1x',
  executionId: 'Xq8rT2mN5wLc',
  workflowId: 'Wf3kD9sB1pZe',
  triggerId: 'Tr6hJ4vC7yGa',
  startDate: '2026-11-01T00:00:00',
  endDate: '2026-11-08T00:00:00',
  name: 'sales_extract',
  type: 'SCRIPT',
  jobCondition: `'{"numWorker": 4}'`,
  triggerRule: `'{"type": "NONE"}'`,
  nodes: '@nodes.json',
};

function exampleOf(name: OperationName, flags: readonly InputFlag[]): string {
  const given = flags.filter(({ isRequired }) => isRequired);
  const type = name === 'updateJobLegacyPut' ? 'DATAFLOW' : name === 'createTrigger' && 'NONE';
  const valueOf = (member: string): string =>
    (member === 'type' && type) || (EXAMPLE_VALUES[member] ?? '…');
  return [name, ...given.map(({ member }) => `--${member} ${valueOf(member)}`)].join(' ');
}

/**
 * Runs both checks, so that the problems of both are reported together.
 * @throws DataFlowInvalidInputError, or what a check throws
 */
export async function allProblems<One>(first: Promise<One>, second: () => unknown): Promise<One> {
  const checks = [first, Promise.resolve().then(second)] as const;
  const [one, other] = await Promise.allSettled(checks);
  const failed = [one, other].flatMap((each) =>
    each.status === 'rejected' ? [each.reason as unknown] : [],
  );
  const problems = failed.flatMap((error) =>
    error instanceof DataFlowInvalidInputError ? error.problems : [],
  );
  if (problems.length > 0) throw new DataFlowInvalidInputError('dataflow', problems);
  if (failed.length > 0) throw failed[0];
  return await first;
}
