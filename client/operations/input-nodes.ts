import { z } from 'zod';
import { type JobNode, OPEN_NODE_TYPES } from '../../contract/job-node.js';
import type { WorkflowNode } from '../../contract/remote-workflow.js';
import { anyText, flag, id, jobCondition } from './input-members.js';

const ID_REMEDY = 'give a whole number, e.g. epoch milliseconds';
const anyNode = {
  id: z.int(ID_REMEDY),
  name: anyText,
  parentNodeIds: z.array(z.int(ID_REMEDY), 'give a list of node ids; empty for a source'),
} as const;

const field: z.ZodType = z.looseObject({ name: anyText, type: anyText }, 'give a name and a type');
const place = {
  regionNo: anyText,
  bucketName: anyText,
  prefix: z.string('give a text'),
  dataType: anyText,
  fieldList: z.array(field, 'give a list of fields'),
} as const;

const condition = z.strictObject({
  name: anyText,
  operator: z.enum(['EQ', 'NE', 'GT', 'LT', 'GTE', 'LTE'], 'give EQ, NE, GT, LT, GTE or LTE'),
  value: z.string('give a text'),
});

const jobNode = z.discriminatedUnion(
  'type',
  [
    z.looseObject({ ...anyNode, ...place, type: z.literal('SOURCE_OBS') }),
    z.looseObject({ ...anyNode, ...place, type: z.literal('TARGET_OBS'), updateType: anyText }),
    z.looseObject({
      ...anyNode,
      type: z.literal('TRANSFORM_FILTER'),
      filterType: z.enum(['HEAD', 'AND', 'OR'], 'give HEAD, AND or OR'),
      filterConditionList: z.array(condition, 'give a list of conditions'),
    }),
    // Let through as they are.
    z.looseObject({ ...anyNode, type: z.enum(OPEN_NODE_TYPES) }),
  ],
  `give a type: SOURCE_OBS, TRANSFORM_FILTER, TARGET_OBS, ${OPEN_NODE_TYPES.join(', ')}`,
);

interface GraphNode {
  readonly id: string | number;
  readonly parentNodeIds: readonly (string | number)[];
}

/** Says which ids stand twice, and which parents are no node. */
function checkGraph({ value, issues }: z.core.ParsePayload<readonly GraphNode[]>): void {
  const ids = value.map((node) => node.id);
  const wrong = (index: number, member: string, message: string): void => {
    issues.push({ code: 'custom', message, path: [index, member], input: value[index] });
  };
  for (const [index, node] of value.entries()) {
    if (ids.indexOf(node.id) < index) wrong(index, 'id', `${node.id} stands twice; ids are unique`);
    const strangers = node.parentNodeIds.filter((parent) => !ids.includes(parent));
    if (strangers.length > 0) {
      wrong(index, 'parentNodeIds', `${strangers.join(', ')} is no node; name nodes of this list`);
    }
    if (node.parentNodeIds.includes(node.id)) {
      wrong(index, 'parentNodeIds', 'a node cannot be its own parent');
    }
  }
}

/** Nodes of a VISUAL job. */
export const jobNodes: z.ZodType<readonly JobNode[]> = z
  .array(jobNode, 'give a list of nodes')
  .check(checkGraph)
  .describe('nodes of a VISUAL job') as unknown as z.ZodType<readonly JobNode[]>;

const workflowNode: z.ZodType<WorkflowNode> = z.strictObject(
  {
    id: id.describe('a triggerId or a jobId'),
    name: anyText,
    type: z.enum(['TRIGGER', 'JOB'], 'give TRIGGER or JOB'),
    parentNodeIds: z.array(id, 'give a list of ids; empty for the trigger'),
    triggerRule: z
      .enum(['RECURRING', 'ONE_TIME', 'NONE'], 'give RECURRING, ONE_TIME or NONE')
      .exactOptional(),
    jobCondition: jobCondition.exactOptional(),
    isValid: flag.exactOptional(),
  },
  'give an object with id, name, type and parentNodeIds',
);

/** Nodes of a workflow: a trigger, and jobs. */
export const workflowNodes: z.ZodType<readonly WorkflowNode[]> = z
  .array(workflowNode, 'give a list of nodes')
  .min(1, 'give a trigger and a job')
  .check(checkGraph)
  .describe('a trigger, and the jobs that it starts');
