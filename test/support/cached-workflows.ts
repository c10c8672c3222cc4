import { createRequire } from 'node:module';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import proto from '@temporalio/proto';
import type { WorkflowBundle } from '@temporalio/worker';

type ActivationJob = proto.coresdk.workflow_activation.IWorkflowActivationJob;
type Command = proto.coresdk.workflow_commands.IWorkflowCommand;

/** What the SDK keeps of a cached workflow that tests read. */
interface Activator {
  readonly promiseStackStore: {
    readonly promiseToStack: ReadonlyMap<object, { readonly formatted: string }>;
  };
}

export interface CachedWorkflow {
  readonly activator: Activator;
  activate(
    activation: proto.coresdk.workflow_activation.WorkflowActivation,
  ): Promise<proto.coresdk.workflow_completion.IWorkflowActivationCompletion>;
  dispose(): Promise<void>;
}

interface WorkflowCreator {
  createWorkflow(options: object): Promise<CachedWorkflow>;
  destroy(): Promise<void>;
}

const require = createRequire(import.meta.url);
/** The SDK's own creator of workflows in one shared context, as a worker thread has it. */
const reusableVm = require('@temporalio/worker/lib/workflow/reusable-vm.js') as {
  readonly ReusableVMWorkflowCreator: {
    create(
      bundle: object,
      isolateExecutionTimeoutMs: number,
      registeredActivityNames: ReadonlySet<string>,
    ): Promise<WorkflowCreator>;
  };
};
const worker = require('@temporalio/worker/lib/worker.js') as {
  parseWorkflowCode(code: string): object;
};

/** Results of activities, by activity type; one that is absent stays pending. */
type Results = Readonly<Record<string, unknown>>;

const payloadOf = (value: unknown): Payload => defaultPayloadConverter.toPayload(value);
const NOW = { seconds: 1_795_912_136, nanos: 0 };

/** Workflows in the cache of one worker thread, run by the test itself: without server, worker and thread. */
export async function cachedWorkflows(bundle: WorkflowBundle, activities: readonly string[]) {
  const creator = await reusableVm.ReusableVMWorkflowCreator.create(
    worker.parseWorkflowCode(bundle.code),
    60_000,
    new Set(activities),
  );
  let started = 0;
  return {
    /** Starts a workflow and completes its activities until it waits for those without a result. */
    start: async (
      workflowType: string,
      input: readonly unknown[],
      results: Results,
    ): Promise<CachedWorkflow> => {
      started += 1;
      const runId = `run-${String(started).padStart(6, '0')}`;
      const workflow = await creator.createWorkflow({
        info: infoOf(runId, workflowType),
        randomnessSeed: [started],
        now: NOW.seconds * 1_000,
        showStackTraceSources: false,
      });
      let jobs: readonly ActivationJob[] = [
        {
          initializeWorkflow: {
            ...{ workflowType, workflowId: `workflow-${runId}`, arguments: input.map(payloadOf) },
            ...{ attempt: 1, firstExecutionRunId: runId },
          },
        },
      ];
      while (jobs.length > 0) {
        const completion = await workflow.activate(activationOf(runId, jobs));
        const failure = completion.failed?.failure;
        if (failure)
          throw new Error(
            `the workflow task failed: ${failure.message ?? ''}\n${failure.stackTrace ?? ''}`,
          );
        jobs = (completion.successful?.commands ?? []).flatMap((command) =>
          answerTo(command, results),
        );
      }
      return workflow;
    },
    end: () => creator.destroy(),
  };
}

function answerTo(command: Command, results: Results): readonly ActivationJob[] {
  const { scheduleActivity, scheduleLocalActivity } = command;
  const asked = scheduleActivity ?? scheduleLocalActivity;
  const type = asked?.activityType ?? '';
  if (!asked || !Object.hasOwn(results, type)) return [];
  const result = { completed: { result: payloadOf(results[type]) } };
  return [
    { resolveActivity: { seq: asked.seq ?? 0, result, isLocal: Boolean(scheduleLocalActivity) } },
  ];
}

const activationOf = (runId: string, jobs: readonly ActivationJob[]) =>
  proto.coresdk.workflow_activation.WorkflowActivation.fromObject({
    ...{ runId, jobs: [...jobs], timestamp: NOW, isReplaying: false, historyLength: 3 },
  });

const infoOf = (runId: string, workflowType: string): object => ({
  ...{ workflowId: `workflow-${runId}`, runId, workflowType, firstExecutionRunId: runId },
  ...{ originalExecutionRunId: runId, searchAttributes: {}, historySize: 0, attempt: 1 },
  ...{ taskQueue: 'queue', namespace: 'default', historyLength: 3, taskTimeoutMs: 10_000 },
  startTime: new Date(NOW.seconds * 1_000),
  runStartTime: new Date(NOW.seconds * 1_000),
  continueAsNewSuggested: false,
  unsafe: { isReplaying: false, isReplayingHistoryEvents: false },
});
