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

/** Reads a workflow of the service, and what its jobs have run lately: the permit for one POST. */
export const prepareRemoteWorkflow = (profiles: FindProfile) =>
  reporting(({ workflowId, profile: name }: RemoteRef & Reporting): Promise<RemotePermit> =>
    runActivity({ workflowId }, BEAT_MS, async ({ signal }) => {
      const profile = profiles(name);
      await profile.backdatingSupport.learn(); // here, so that it takes no time of a permit
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
 * The trigger that executeWorkflow fires; only one without a schedule may be fired (DOC, NOTES §3).
 * @throws ApplicationFailure `DataFlowInvalidInput`; nothing has been posted
 */
async function startableTrigger(
  { client }: Profile,
  { workflowId, nodes }: RemoteWorkflow,
  signal: AbortSignal,
): Promise<string> {
  const trigger = nodes.find(({ type }) => type === 'TRIGGER');
  if (trigger === undefined) throw refusal(workflowId, 'has no trigger that could be fired');
  const triggerId = trigger.id;
  const rule = trigger.triggerRule ?? (await ruleOf());
  if (rule === 'NONE' || rule === 'EVENT') return triggerId;
  throw refusal(
    workflowId,
    `starts by the schedule of its trigger ${triggerId} (${rule}); only one that is started by hand or by an event ` +
      'can be started: run its jobs with runJob, or give it a trigger without a schedule',
  );

  async function ruleOf(): Promise<string> {
    const { output } = await client.call('getTriggerById', { triggerId }, { signal });
    return output.type === 'SCHEDULED' ? output.type : (output.triggerRule?.type ?? output.type);
  }
}

/**
 * The JOB nodes, each with a job of its own: the job shows to which node an execution belongs. Each must be started by the
 * trigger or by jobs that are: for any other node it is unknown when, or whether, its job starts.
 */
function followableJobs(
  { workflowId, nodes }: RemoteWorkflow,
  triggerId: string,
): readonly WorkflowNodeView[] {
  const jobs = nodes.filter(({ type }) => type === 'JOB');
  if (jobs.length === 0) throw refusal(workflowId, 'has no job that it could run');
  const gone = nodes.filter(({ isValid }) => isValid === false).map(({ id }) => id);
  if (gone.length > 0) throw refusal(workflowId, `names what was deleted: ${gone.join(', ')}`);
  const ids = jobs.map(({ id }) => id);
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
  if (twice.length > 0) {
    throw refusal(
      workflowId,
      `has the job ${twice.join(', ')} in two nodes, whose executions cannot be told apart`,
    );
  }
  const cut = notReached(jobs, triggerId);
  if (cut.length === 0) return jobs;
  const named = cut
    .map(({ id, parentNodeIds }) => `${id} (after ${parentNodeIds.join(', ')})`)
    .join(', ');
  throw refusal(
    workflowId,
    `cannot be followed: neither its trigger ${triggerId} nor jobs that are listed before it start job ${named}; ` +
      'correct the parents of these nodes, or run its jobs with runJob',
  );
}

/** The jobs that are left when those are taken away again and again whose parents are the trigger or taken away. */
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
