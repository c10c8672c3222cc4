import type { Command } from 'commander';
import { DataFlowInvalidInputError } from '../../client/errors.js';
import { MESSAGE_OPTIONS } from '../../contract/message-options.js';
import { PIPELINE_UPDATES } from '../../contract/names.js';
import { type OptionTable, problemsOf } from '../../contract/validate.js';
import { CommandFailed } from '../command-failed.js';
import { say } from '../output.js';
import { addCodecOptions, type CodecFlags } from '../run/codec-options.js';
import { describeWorkflow } from '../run/describe-workflow.js';
import { addFlags, flagsIn, type GivenFlags, readFlags } from '../run/option-flags.js';
import { sendUpdate } from '../run/send-update.js';
import { TEMPORAL_ENVIRONMENT, withTemporal } from '../run/temporal-connection.js';

interface Message {
  readonly update: keyof typeof PIPELINE_UPDATES;
  /** Printed after the run has applied the message. */
  readonly done: string;
  /** Properties that the command sets. */
  readonly says?: object;
}

/** Messages to a run, by command. */
const MESSAGES: Readonly<Record<string, Message>> = {
  pause: {
    update: 'pause',
    done: 'paused: nothing new starts until dataflow pipeline resume',
  },
  resume: { update: 'resume', done: 'the run is resumed' },
  'cancel-step': {
    update: 'cancelStep',
    done: 'the step is being canceled',
  },
  'retry-step': {
    update: 'retryStep',
    done: 'the step runs again',
  },
  'skip-step': {
    update: 'skipStep',
    done: 'the step is skipped',
  },
  approve: {
    update: 'approve',
    says: { approve: true },
    done: 'approved',
  },
  reject: {
    update: 'approve',
    says: { approve: false },
    done: 'rejected',
  },
};

export const addMessageCommand =
  (name: string) =>
  (group: Command): void => {
    const message = MESSAGES[name];
    if (message === undefined) throw new Error(`there is no message ${name}`);
    const command = group.command(name).argument('<runId>', 'workflow id of the run');
    const options: OptionTable = MESSAGE_OPTIONS[message.update];
    const hasStep = options['step'] !== undefined;
    if (hasStep) command.argument('<step>', 'name of the step');
    const flags = flagsIn(options);
    for (const { flag } of flags) if (flag.name() === 'by') flag.default(process.env['USER']);
    addFlags(command, flags)
      .addHelpText('after', helpOf(name, hasStep))
      .action(async (runId: string, ...rest: readonly unknown[]) => {
        const given = rest[hasStep ? 1 : 0] as GivenFlags;
        const { value, problems } = await readFlags(flags, given, {
          base: { ...(hasStep && { step: rest[0] }), ...message.says },
          check: (input) => problemsOf({ kind: 'object', options }, input),
        });
        if (problems.length > 0)
          throw new DataFlowInvalidInputError(`dataflow pipeline ${name}`, problems);
        await send(runId, message, value, given);
      });
    addCodecOptions(command);
  };

const helpOf = (name: string, hasStep: boolean): string => `${TEMPORAL_ENVIRONMENT}
Example:
  $ dataflow pipeline ${name} dataflow/nightly-sales/2026-11-21${hasStep ? ' publish' : ''}
`;

async function send(
  runId: string,
  message: Message,
  input: object,
  flags: CodecFlags,
): Promise<void> {
  await withTemporal(flags, async (temporal) => {
    const { isRunning } = await describeWorkflow(temporal, runId);
    if (!isRunning)
      throw new CommandFailed(
        'refused',
        `run ${runId} has ended: dataflow pipeline describe ${runId} shows how; what failed can be run again with dataflow pipeline rerun ${runId} --from-failed`,
      );
    const update = PIPELINE_UPDATES[message.update];
    await sendUpdate(temporal, runId, { update, input });
    say(`done: ${message.done}`);
  });
}
