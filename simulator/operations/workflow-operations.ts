import { z } from 'zod';
import { toExecutionView } from '../execution-view.js';
import { ok, problem, type Outcome } from '../outcome.js';
import type { ServiceState } from '../service-state.js';
import { settle, startRun } from '../settle.js';
import { triggerNodeOf, type WorkflowRecord } from '../workflow-record.js';
import { isValidNode, missingReference, nodesProblem, setWorkflow } from '../workflow-state.js';
import { toWorkflowDetail, toWorkflowRow, workflowExecutions } from '../workflow-view.js';
import { conditionBody, nameBody } from './condition-body.js';
import { notFound, withBody, withWorkflow, type Operation } from './operation.js';
import { pageOf } from './page.js';

const node = z.object({
  id: z.string(),
  name: z.string(),
  type: z.enum(['TRIGGER', 'JOB']),
  parentNodeIds: z.array(z.string()),
  triggerRule: z.enum(['RECURRING', 'ONE_TIME', 'NONE']).exactOptional(),
  jobCondition: conditionBody
    .extend({ consoleLogPath: z.string().exactOptional() })
    .exactOptional(),
  isValid: z.boolean().exactOptional(),
});

/** `isValid` is for answers. In a request it is checked and dropped. */
const storedNodes = z.array(node.omit({ isValid: true }));

const workflowBody = z.object({
  name: nameBody,
  nodes: z.array(node),
  isTemp: z.boolean().exactOptional(),
});

export const createWorkflow: Operation = (state, { body, now }) =>
  withBody(workflowBody, body, (sent) => {
    const written = { ...sent, workflowId: state.nextId(), createdAt: now };
    return stored(state, written, now, state.switches.createStatus);
  });

/** Runs in progress keep the nodes of their start. */
export const updateWorkflow: Operation = (state, call) =>
  withWorkflow(state, call, ({ workflowId, createdAt }) =>
    withBody(workflowBody, call.body, (sent) =>
      stored(state, { ...sent, workflowId, createdAt }, call.now),
    ),
  );

/** `isTemp` of the older pages stores a draft, whose nodes may be incomplete. */
function stored(
  state: ServiceState,
  sent: z.infer<typeof workflowBody> & Pick<WorkflowRecord, 'workflowId' | 'createdAt'>,
  now: number,
  status = 200,
): Outcome {
  const { isTemp = false, workflowId, name, createdAt } = sent;
  const wrong = isTemp ? undefined : nodesProblem(sent.nodes);
  if (wrong !== undefined) return problem('bad-parameter', wrong);
  const missing = isTemp ? undefined : missingReference(state, sent.nodes);
  if (missing !== undefined) return notFound(missing.type, 'id', missing.id);
  const nodes = storedNodes.parse(sent.nodes);
  const workflow = setWorkflow(state, { workflowId, name, nodes, isTemp, createdAt }, now);
  return ok(toWorkflowDetail(state, workflow), status);
}

export const getWorkflows: Operation = (state, { query, now }) =>
  pageOf([...state.workflows.values()], query, state.switches, (workflow) =>
    toWorkflowRow(state, workflow, now),
  );

export const getWorkflowById: Operation = (state, call) =>
  withWorkflow(state, call, (workflow) => ok(toWorkflowDetail(state, workflow)));

/** Runs in progress continue. */
export const deleteWorkflow: Operation = (state, call) =>
  withWorkflow(state, call, ({ workflowId }) => ok(state.workflows.delete(workflowId)));

/** `filter` is documented as the name of a workflow, although the path names the workflow. */
export const getWorkflowExecutions: Operation = (state, call) =>
  withWorkflow(state, call, (workflow) => {
    const { query, now } = call;
    const isAsked = workflow.name.includes(query.get('filter') ?? '');
    const rows = isAsked ? workflowExecutions(state, workflow, now) : [];
    return pageOf(rows, query, state.switches, ({ job, execution }) =>
      toExecutionView(state, job, execution, now),
    );
  });

/** Accepted only if the trigger has no schedule. The answer bad-state otherwise is inferred. */
export const executeWorkflow: Operation = (state, call) =>
  withWorkflow(state, call, (workflow) => {
    const { workflowId, nodes, isTemp } = workflow;
    const triggerId = triggerNodeOf(nodes)?.id ?? '';
    const trigger = state.triggers.get(triggerId);
    if (isTemp || trigger === undefined || !nodes.every((each) => isValidNode(state, each))) {
      return problem('bad-state', `workflow ${workflowId} is a draft, or names what is deleted`);
    }
    if (trigger.rule.type !== 'NONE') {
      return problem('bad-state', `workflow ${workflowId} starts by schedule`);
    }
    workflow.requestedRuns += 1;
    startRun(state, workflow, 'workflow', call.now);
    settle(state, call.now);
    return ok({ workflowId, triggerId, status: 'ACCEPTED' }, 202);
  });
