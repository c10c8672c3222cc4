import { z } from 'zod';
import type { WorkflowInput } from '../../contract/operation-inputs.js';
import type {
  RemoteWorkflow,
  RemoteWorkflowSummary,
  WorkflowNodeView,
  WorkflowStart,
} from '../../contract/remote-workflow.js';
import { conditionMembers, oneCondition } from './decode-condition.js';
import {
  date,
  checkNewId,
  checkSameId,
  optional,
  optionalText,
  present,
  readAs,
  shown,
  shownText,
  text,
  yesOrNo,
  pageDecoder,
} from './decode.js';

/** A run is followed node by node, so the fields that make the graph must be readable. */
const node: z.ZodType<WorkflowNodeView> = z
  .object({
    id: text,
    name: shownText,
    type: text,
    parentNodeIds: optional(z.array(text)),
    triggerRule: optionalText,
    isValid: shown(yesOrNo),
    ...conditionMembers,
  })
  .transform(({ parentNodeIds, jobCondition, runCondition, runCondtion, parameters, ...rest }) => ({
    ...present({
      ...rest,
      jobCondition: oneCondition({ jobCondition, runCondition, runCondtion, parameters }),
    }),
    parentNodeIds: parentNodeIds ?? [],
  }));

const members = {
  workflowId: text,
  name: text,
  nodes: z.array(node),
  createdDate: date,
  updatedDate: date,
  isTemp: shown(yesOrNo),
} as const;

const workflow: z.ZodType<RemoteWorkflow> = z.object(members).transform(present);

const summary: z.ZodType<RemoteWorkflowSummary> = z
  .object({
    ...members,
    nodes: optional(z.array(node)),
    lastExecutionDate: date,
    triggerRuleType: optionalText,
    disabled: shown(yesOrNo),
  })
  .transform(({ nodes, ...rest }) => ({ ...present(rest), nodes: nodes ?? [] }));

/** @param workflowId undefined for a new workflow @throws Unreadable also if the answer is about another workflow */
export function decodeWorkflow(
  body: unknown,
  { workflowId }: Partial<WorkflowInput>,
): RemoteWorkflow {
  const read = readAs(workflow, body);
  if (workflowId === undefined) checkNewId('workflowId', read.workflowId);
  else checkSameId('workflowId', read.workflowId, workflowId);
  return read;
}

export const decodeWorkflows = pageDecoder(summary);

const start = z.object({ workflowId: text, triggerId: text, status: text });

/** @throws Unreadable also if the answer is about another workflow */
export function decodeWorkflowStart(body: unknown, { workflowId }: WorkflowInput): WorkflowStart {
  const read = readAs(start, body);
  checkSameId('workflowId', read.workflowId, workflowId);
  return read;
}
