import type { PipelineStateAnswer } from '../../workflows/pipeline-run/updates.js';
import { CommandFailed } from '../command-failed.js';
import { pipelineStatesOf } from '../run/ask-progress.js';
import { describeWorkflow } from '../run/describe-workflow.js';
import { noAnswer } from '../run/send-update.js';
import type { Temporal } from '../run/temporal-connection.js';

type Described = Awaited<ReturnType<typeof describeWorkflow>>;

/** A run, open or closed, with the whole state of its pipeline. */
export interface AskedRun extends Described {
  readonly key: string;
  readonly answer: PipelineStateAnswer;
}

/** @throws CommandFailed where there is no such run, it runs no pipeline, or no worker answers for it */
export async function askState(temporal: Temporal, runId: string): Promise<AskedRun> {
  const described = await describeWorkflow(temporal, runId);
  const states = await pipelineStatesOf(temporal, described.handle);
  if (states === undefined)
    throw await noAnswer(temporal, { workflowId: runId, taskQueue: described.taskQueue });
  const [first] = states === 'none' ? [] : Object.entries(states);
  if (states === 'none' || first === undefined) {
    const why = states === 'none' ? 'runs no pipeline' : 'has no state of a pipeline';
    throw new CommandFailed('refused', `workflow ${runId} ${why}; see dataflow watch ${runId}`);
  }
  const [key, answer] = first;
  return { ...described, key, answer };
}
