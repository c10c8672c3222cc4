import { z } from 'zod';
import { type JobNode, OPEN_NODE_TYPES } from '../../contract/job-node.js';
import type { WorkflowNode } from '../../contract/remote-workflow.js';
import { anyText, flag, id, jobCondition } from './input-members.js';

const ID_REMEDY = 'must be an integer, e.g. epoch ms';
const anyNode = {
  id: z.int(ID_REMEDY),
  name: anyText,
  parentNodeIds: z.array(z.int(ID_REMEDY), 'must be a list of node ids; empty for a source'),
} as const;

const field: z.ZodType = z.looseObject(
  { name: anyText, type: anyText },
  'must be an object with name and type',
);
const place = {
  regionNo: anyText,
  bucketName: anyText,
  prefix: z.string('must be a string'),
  dataType: anyText,
  fieldList: z.array(field, 'must be a list of fields'),
} as const;

const condition = z.strictObject({
  name: anyText,
  operator: z.enum(['EQ', 'NE', 'GT', 'LT', 'GTE', 'LTE'], 'must be EQ, NE, GT, LT, GTE or LTE'),
  value: z.string('must be a string'),
});

const jobNode = z.discriminatedUnion(
  'type',
  [
    z.looseObject({ ...anyNode, ...place, type: z.literal('SOURCE_OBS') }),
    z.looseObject({ ...anyNode, ...place, type: z.literal('TARGET_OBS'), updateType: anyText }),
    z.looseObject({
      ...anyNode,
      type: z.literal('TRANSFORM_FILTER'),
      filterType: z.enum(['HEAD', 'AND', 'OR'], 'must be HEAD, AND or OR'),
      filterConditionList: z.array(condition, 'must be a list of conditions'),
    }),
    // Their own properties are not documented.
    z.looseObject({ ...anyNode, type: z.enum(OPEN_NODE_TYPES) }),
  ],
  `must be an object with type SOURCE_OBS, TRANSFORM_FILTER, TARGET_OBS, ${OPEN_NODE_TYPES.join(', ')}`,
);

interface GraphNode {
  readonly id: string | number;
  readonly parentNodeIds: readonly (string | number)[];
}

/** Reports ids that occur twice, and parents that are not in the list. */
function checkGraph({ value, issues }: z.core.ParsePayload<readonly GraphNode[]>): void {
  const ids = value.map((node) => node.id);
  const wrong = (index: number, member: string, message: string): void => {
    issues.push({ code: 'custom', message, path: [index, member], input: value[index] });
  };
  for (const [index, node] of value.entries()) {
    if (ids.indexOf(node.id) < index) wrong(index, 'id', `must be unique: ${node.id} occurs twice`);
    const strangers = node.parentNodeIds.filter((parent) => !ids.includes(parent));
    if (strangers.length > 0) {
      wrong(
        index,
        'parentNodeIds',
        `must be ids of nodes in this list: unknown ${strangers.join(', ')}`,
      );
    }
    if (node.parentNodeIds.includes(node.id)) {
      wrong(index, 'parentNodeIds', 'must not contain the id of the node itself');
    }
  }
}

export const jobNodes: z.ZodType<readonly JobNode[]> = z
  .array(jobNode, 'must be a list of nodes')
  .check(checkGraph)
  .describe('nodes of a VISUAL job') as unknown as z.ZodType<readonly JobNode[]>;

const workflowNode: z.ZodType<WorkflowNode> = z.strictObject(
  {
    id: id.describe('a triggerId or a jobId'),
    name: anyText,
    type: z.enum(['TRIGGER', 'JOB'], 'must be TRIGGER or JOB'),
    parentNodeIds: z.array(id, 'must be a list of ids; empty for the trigger'),
    triggerRule: z
      .enum(['RECURRING', 'ONE_TIME', 'NONE'], 'must be RECURRING, ONE_TIME or NONE')
      .exactOptional(),
    jobCondition: jobCondition.exactOptional(),
    isValid: flag.exactOptional(),
  },
  'must be an object with id, name, type and parentNodeIds',
);

export const workflowNodes: z.ZodType<readonly WorkflowNode[]> = z
  .array(workflowNode, 'must be a list of nodes')
  .min(1, 'must be a list of a trigger and at least one job')
  .check(checkGraph)
  .describe('a trigger, and the jobs that it starts');
