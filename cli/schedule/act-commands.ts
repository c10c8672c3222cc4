import type { Command } from 'commander';
import { CommandFailed } from '../command-failed.js';
import { say } from '../output.js';
import { addCodecOptions, type CodecFlags } from '../run/codec-options.js';
import { TEMPORAL_ENVIRONMENT, withTemporal } from '../run/temporal-connection.js';
import { findSchedule, type FoundSchedule, refuseName } from './find-schedule.js';

interface Flags extends CodecFlags {
  readonly reason?: string;
}

interface Act {
  /** Why the present state does not allow it. */
  readonly refusal?: (found: FoundSchedule) => string | undefined;
  readonly run: (found: FoundSchedule, reason: string) => Promise<void>;
  readonly done: string;
  readonly help: string;
  readonly hasReason?: true;
}

const ACTS = {
  pause: {
    hasReason: true,
    refusal: ({ described: { state } }) => (state.paused ? 'is paused already' : undefined),
    run: ({ handle }, reason) => handle.pause(reason),
    done: 'paused: it starts nothing until dataflow schedule resume; runs go on',
    help: 'Times that pass meanwhile are left out. dataflow schedule apply leaves it paused.',
  },
  resume: {
    hasReason: true,
    refusal: ({ described: { state } }) => (state.paused ? undefined : 'is not paused'),
    run: ({ handle }, reason) => handle.unpause(reason),
    done: 'it goes on with the next scheduled time',
    help: 'Times that passed while it was paused are not made up for.',
  },
  trigger: {
    run: ({ handle, described: { policies } }) => handle.trigger(policies.overlap),
    done: 'triggered: a run for this moment starts, or waits as overlap says',
    help: 'Its run.scheduledAt is the moment of the trigger. For a scheduled time: dataflow pipeline run <file> --scheduled-at <time>.',
  },
  delete: {
    run: ({ handle }) => handle.delete(),
    done: 'deleted: nothing starts any more; what runs goes on',
    help: 'dataflow schedule apply makes it anew.',
  },
} as const satisfies Readonly<Record<string, Act>>;

/** A command that does one thing to a schedule. */
export const addActCommand =
  (name: keyof typeof ACTS) =>
  (group: Command): void => {
    const act: Act = ACTS[name];
    const command = group
      .command(name)
      .argument('<pipeline>', 'name of the pipeline')
      .addHelpText(
        'after',
        `\n${act.help}\n${TEMPORAL_ENVIRONMENT}\nExample:\n  $ dataflow schedule ${name} nightly-sales\n`,
      )
      .action((pipeline: string, flags: Flags) => perform(name, act, pipeline, flags));
    if (act.hasReason)
      command.option('--reason <text>', 'shown by describe, and in the Temporal UI');
    addCodecOptions(command);
  };

async function perform(name: string, act: Act, pipeline: string, flags: Flags): Promise<void> {
  refuseName(pipeline);
  await withTemporal(flags, async (temporal) => {
    const found = await findSchedule(temporal, pipeline);
    const refusal = act.refusal?.(found);
    if (refusal !== undefined)
      throw new CommandFailed('refused', `schedule ${found.handle.scheduleId} ${refusal}`);
    await act.run(found, flags.reason ?? `dataflow schedule ${name}`);
    say(`done: ${act.done}`);
    if (name !== 'delete') say(`to see it: dataflow schedule describe ${pipeline}`);
  });
}
