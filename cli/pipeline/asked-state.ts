import type { PipelineStateAnswer } from '../../workflows/pipeline-run/updates.js';
import { CommandFailed } from '../command-failed.js';
import { pipelineStatesOf } from '../run/ask-progress.js';
import { describeWorkflow } from '../run/describe-workflow.js';
import { say } from '../output.js';
import { noAnswer } from '../run/send-update.js';
import type { Temporal } from '../run/temporal-connection.js';

type Described = Awaited<ReturnType<typeof describeWorkflow>>;

/** A run, open or closed, with the whole state of its pipeline. */
export interface AskedRun extends Described {
  readonly key: string;
  readonly answer: PipelineStateAnswer;
}

/** @throws CommandFailed where there is no such run, it runs no pipeline, or no worker answers for it */
export const askState = async (temporal: Temporal, runId: string): Promise<AskedRun> =>
  await askRun(temporal, runId, await describeWorkflow(temporal, runId));

/** Runs of one workflow that are looked through. */
const MAX_RUNS = 20;

/**
 * As {@link askState}, for a rerun. A rerun that failed before it began (its pipeline was refused, or names a job that is
 * not there) has no state: then it is that of the run before.
 */
export async function askStateOfRuns(temporal: Temporal, runId: string): Promise<AskedRun> {
  const latest = await describeWorkflow(temporal, runId);
  try {
    return await askRun(temporal, runId, latest);
  } catch (error) {
    if (!(error instanceof CommandFailed) || latest.status !== 'FAILED') throw error;
    for (const before of await runsBefore(temporal, runId, latest.startMs)) {
      const asked = await askRun(
        temporal,
        runId,
        await describeWorkflow(temporal, runId, before),
      ).catch(() => undefined);
      if (asked === undefined) continue;
      say(`the latest run of ${runId} failed before it began; this goes on from the run before it`);
      return asked;
    }
    throw error;
  }
}

/** Run ids of the earlier runs of a workflow, the newest first. */
async function runsBefore(
  { codecFree }: Temporal,
  workflowId: string,
  startMs: number,
): Promise<readonly string[]> {
  const found: { readonly runId: string; readonly startMs: number }[] = [];
  const query = `WorkflowId = ${JSON.stringify(workflowId)}`;
  for await (const { runId, startTime } of codecFree.workflow.list({ query })) {
    if (startTime.getTime() < startMs) found.push({ runId, startMs: startTime.getTime() });
    if (found.length >= MAX_RUNS) break;
  }
  return found.toSorted((one, other) => other.startMs - one.startMs).map((one) => one.runId);
}

async function askRun(temporal: Temporal, runId: string, described: Described): Promise<AskedRun> {
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
