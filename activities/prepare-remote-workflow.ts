import { activityInfo } from '@temporalio/activity';
import type { RemoteNode, RemotePermit, RemoteRef } from '../contract/remote-activities.js';
import type { RemoteWorkflow, WorkflowNodeView } from '../contract/remote-workflow.js';
import type { Reporting } from '../contract/wait-report.js';
import type { Baseline } from '../contract/baseline.js';
import { runActivity, BEAT_MS } from './activity-context.js';
import { baselineOf, knownSince } from './baseline.js';
import { failure } from './failure.js';
import { refuseOverlap } from './refuse-overlap.js';
import type { FindProfile, Profile } from './profile.js';
import { reporting } from './wait-report.js';

/** Reads a workflow of the service and the newest executions of its jobs: the permit for one POST. */
export const prepareRemoteWorkflow = (profiles: FindProfile) =>
  reporting(({ workflowId, profile: name }: RemoteRef & Reporting): Promise<RemotePermit> =>
    runActivity({ workflowId }, BEAT_MS, async ({ signal }) => {
      const profile = profiles(name);
      await profile.backdatingSupport.learn(); // before B0, so that it takes no time of the permit
      const { client, timings } = profile;
      const { output: workflow } = await client.call('getWorkflowById', { workflowId }, { signal });
      const triggerId = await startableTrigger(profile, workflow, signal);
      const jobs = followableJobs(workflow, triggerId);
      const nowMs = client.serviceClock.earliestMs();
      const readings = await Promise.all(
        jobs.map(({ id }) =>
          profile.newest.read(id, { untilOlderThanMs: knownSince(nowMs), prove: true, signal }),
        ),
      );
      const nodes = jobs.map((node, index) => ({
        ...toRemoteNode(node, workflow),
        ...baselineOf(readings[index]?.rows ?? [], nowMs),
        ...(readings[index]?.complete !== true && { incomplete: true as const }),
      }));
      const rows = new Map(nodes.map(({ jobId }, index) => [jobId, readings[index]?.rows ?? []]));
      await refuseOverlap(profile, { workflowId, triggerId, nodes, rows }, signal);
      return {
        ...(client.serviceClock.isMeasured() && {
          baselineMs: Math.floor(client.serviceClock.atLeastMs()),
        }),
        runId: activityInfo().workflowExecution?.runId ?? '',
        name: workflow.name,
        triggerId,
        nodes,
        timings,
      };
    }),
  );

/**
 * * The trigger that executeWorkflow fires. It must have no schedule (DOC, NOTES §3). * @throws ApplicationFailure
 * `DataFlowInvalidInput`; nothing was posted
 */
async function startableTrigger(
  { client }: Profile,
  { workflowId, nodes }: RemoteWorkflow,
  signal: AbortSignal,
): Promise<string> {
  const trigger = nodes.find(({ type }) => type === 'TRIGGER');
  if (trigger === undefined) throw refusal(workflowId, 'must have a trigger');
  const triggerId = trigger.id;
  const rule = trigger.triggerRule ?? (await ruleOf());
  if (rule === 'NONE' || rule === 'EVENT') return triggerId;
  throw refusal(
    workflowId,
    `must have a trigger that is started by hand or by an event; its trigger ${triggerId} has a schedule (${rule}). ` +
      'Run its jobs with runJob, or give it a trigger without a schedule',
  );

  async function ruleOf(): Promise<string> {
    const { output } = await client.call('getTriggerById', { triggerId }, { signal });
    return output.type === 'SCHEDULED' ? output.type : (output.triggerRule?.type ?? output.type);
  }
}

/**
 * The JOB nodes. No two nodes may have the same job, because the job shows to which node an execution belongs. Each
 * node must be started by the trigger or by nodes that are: for any other node it is unknown whether its job starts.
 */
function followableJobs(
  { workflowId, nodes }: RemoteWorkflow,
  triggerId: string,
): readonly WorkflowNodeView[] {
  const jobs = nodes.filter(({ type }) => type === 'JOB');
  if (jobs.length === 0) throw refusal(workflowId, 'must have a job');
  const gone = nodes.filter(({ isValid }) => isValid === false).map(({ id }) => id);
  if (gone.length > 0)
    throw refusal(workflowId, `names deleted jobs or triggers: ${gone.join(', ')}`);
  const ids = jobs.map(({ id }) => id);
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
  if (twice.length > 0) {
    throw refusal(
      workflowId,
      `must not have the job ${twice.join(', ')} in two nodes: their executions could not be told apart`,
    );
  }
  const cut = notReached(jobs, triggerId);
  if (cut.length === 0) return jobs;
  const named = cut
    .map(({ id, parentNodeIds }) => `${id} (after ${parentNodeIds.join(', ')})`)
    .join(', ');
  throw refusal(
    workflowId,
    `cannot be followed: neither its trigger ${triggerId} nor a job that this trigger leads to starts job ${named}; ` +
      'correct the parents of these nodes, or run its jobs with runJob',
  );
}

/** Jobs that the trigger does not lead to: not all of their parents are the trigger or jobs that it leads to. */
function notReached(
  jobs: readonly WorkflowNodeView[],
  triggerId: string,
): readonly WorkflowNodeView[] {
  const reached = new Set([triggerId]);
  for (;;) {
    const left = jobs.filter(({ id }) => !reached.has(id));
    const next = left.filter(({ parentNodeIds }) => parentNodeIds.every((id) => reached.has(id)));
    if (next.length === 0) return left;
    for (const { id } of next) reached.add(id);
  }
}

const refusal = (workflowId: string, why: string): Error =>
  failure('DataFlowInvalidInput', `workflow ${workflowId} ${why}; nothing was started`, {
    details: { workflowId },
  });

function toRemoteNode(
  { id, name, parentNodeIds, jobCondition }: WorkflowNodeView,
  { nodes }: RemoteWorkflow,
): Omit<RemoteNode, keyof Baseline> {
  const { timeout } = jobCondition ?? {};
  const isJob = (parent: string): boolean =>
    nodes.some((node) => node.id === parent && node.type === 'JOB');
  return {
    jobId: id,
    ...(name !== undefined && { name }),
    parentJobIds: parentNodeIds.filter(isJob),
    ...(timeout !== undefined && { timeoutMinutes: timeout }),
  };
}
