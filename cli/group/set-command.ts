import type { Command } from 'commander';
import { signalGate } from '../../activities/group-gate.js';
import { DataFlowInvalidInputError } from '../../client/errors.js';
import { GROUP_SETTINGS, GROUP_SIGNAL_RULES, type GroupSettings } from '../../contract/group.js';
import { GROUP_NAME, GROUP_NAME_RULE } from '../../contract/group-member.js';
import { problemsOf } from '../../contract/validate.js';
import { print } from '../output.js';
import { addCodecOptions, type CodecFlags } from '../run/codec-options.js';
import { addFlags, flagsIn, type GivenFlags, readFlags } from '../run/option-flags.js';
import { taskQueueOf, TEMPORAL_ENVIRONMENT, withTemporal } from '../run/temporal-connection.js';

const EXAMPLES = `
Each setting that is left out has its default again. A lower limit stops nothing: runs that hold the group go on, and the next
one starts when there is room. The group is the Temporal workflow dataflow-group/<group>, on the task queue of a worker that has
the workflows of this package.
${TEMPORAL_ENVIRONMENT}
Examples:
  $ dataflow group set spark --limit 8
  $ dataflow group set spark --limit 8 --count-external
`;

const SETTING_FLAGS = flagsIn(GROUP_SETTINGS);

type Flags = CodecFlags & GivenFlags & { readonly taskQueue?: string };

/** @throws DataFlowInvalidInputError before anything is connected */
export function groupNameProblems(group: string): readonly string[] {
  return GROUP_NAME.test(group) ? [] : [`<group>: ${GROUP_NAME_RULE}`];
}

/** `dataflow group set`: limit and settings of a group. */
export function addGroupSetCommand(parent: Command): void {
  const command = parent.command('set').argument('<group>', 'name of the group');
  addCodecOptions(
    addFlags(command, SETTING_FLAGS)
      .option('--task-queue <name>', 'task queue of the worker that runs a new group')
      .addHelpText('after', EXAMPLES)
      .action(set),
  );
}

async function set(group: string, flags: Flags): Promise<void> {
  const { value, problems } = await readFlags(SETTING_FLAGS, flags, {
    base: {},
    check: (settings) => problemsOf(GROUP_SIGNAL_RULES.set, settings),
  });
  const all = [...groupNameProblems(group), ...problems];
  if (all.length > 0) throw new DataFlowInvalidInputError('dataflow group set', all);
  const input = value as unknown as GroupSettings;
  const taskQueue = taskQueueOf(flags.taskQueue);
  await withTemporal(flags, async ({ client }) => {
    await signalGate(client, { group, taskQueue }, { kind: 'set', input });
  });
  print(
    `${group}: limit ${input.limit}${input.countExternal === true ? ', external executions count' : ''}`,
  );
}
