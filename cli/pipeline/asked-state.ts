import type { PipelineStateAnswer } from '../../workflows/pipeline-run/updates.js';
import { CommandFailed } from '../command-failed.js';
import { pipelineStatesOf } from '../run/ask-progress.js';
import { describeWorkflow } from '../run/describe-workflow.js';
import { noAnswer } from '../run/send-update.js';
import type { Temporal } from '../run/temporal-connection.js';

type Described = Awaited<ReturnType<typeof describeWorkflow>>;

/** A run with its whole state, also after its end. */
export interface AskedRun extends Described {
  readonly key: string;
  readonly answer: PipelineStateAnswer;
}

/** @throws CommandFailed where there is no such run, it is none of a pipeline, or no worker answers for it */
export async function askState(temporal: Temporal, runId: string): Promise<AskedRun> {
  const described = await describeWorkflow(temporal, runId);
  const states = await pipelineStatesOf(temporal, described.handle);
  if (states === undefined)
    throw await noAnswer(temporal, { workflowId: runId, taskQueue: described.taskQueue });
  const [first] = states === 'none' ? [] : Object.entries(states);
  if (states === 'none' || first === undefined) {
    const why = states === 'none' ? 'runs no pipeline' : 'has not read its pipeline, or could not';
    throw new CommandFailed('refused', `workflow ${runId} ${why}: dataflow watch ${runId}`);
  }
  const [key, answer] = first;
  return { ...described, key, answer };
}
