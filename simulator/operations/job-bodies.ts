import { z } from 'zod';
import { graphProblem } from '../node-graph.js';
import { conditionBody, nameBody } from './condition-body.js';

/** TRANSFORM_DROP_NULL and TRANSFORM_SPLIT_FIELD are on the pages of 2023 only. */
const NODE_TYPES = [
  'SOURCE_CATALOG',
  'SOURCE_CDB_MYSQL',
  'SOURCE_CDB_POSTGRESQL',
  'SOURCE_OBS',
  'TRANSFORM_DEFINE',
  'TRANSFORM_SELECT',
  'TRANSFORM_JOIN',
  'TRANSFORM_FILTER',
  'TRANSFORM_UNION',
  'TRANSFORM_AGGREGATE',
  'TRANSFORM_RENAME',
  'TRANSFORM_DROP_NULL',
  'TRANSFORM_DROP_DUPLICATION',
  'TRANSFORM_FILL_MISSING_VALUES',
  'TRANSFORM_SPLIT_FIELD',
  'TRANSFORM_SQL',
  'TARGET_CDB_MYSQL',
  'TARGET_CDB_POSTGRESQL',
  'TARGET_OBS',
  'TARGET_CATALOG',
] as const;

/** A column. One of type Struct has `properties`. */
const field = z.looseObject({
  name: z.string(),
  type: z.string(),
  get properties() {
    return z.array(field).exactOptional();
  },
});

const condition = z.looseObject({
  name: z.string(),
  operator: z.enum(['EQ', 'NE', 'GT', 'LT', 'GTE', 'LTE']),
  value: z.string(),
});

/** The properties of most node types are not documented, so all that is sent is stored. */
const node = z.looseObject({
  id: z.int(),
  name: z.string(),
  type: z.enum(NODE_TYPES),
  parentNodeIds: z.array(z.int()),
  regionNo: z.string().exactOptional(),
  bucketName: z.string().exactOptional(),
  prefix: z.string().exactOptional(),
  dataType: z.string().exactOptional(),
  updateType: z.string().exactOptional(),
  fieldList: z.array(field).exactOptional(),
  filterType: z.enum(['HEAD', 'AND', 'OR']).exactOptional(),
  filterConditionList: z.array(condition).exactOptional(),
});

/** That parents must exist and cycles are refused is inferred. */
const nodes = z.array(node).superRefine((all, context) => {
  const message = graphProblem(all);
  if (message !== undefined) context.issues.push({ code: 'custom', message, input: all });
});

const type = z.enum(['VISUAL', 'SCRIPT']);

const settings = {
  maxConcurrentRuns: z.int().min(1).exactOptional(),
  jobCondition: conditionBody.exactOptional(),
  nodes: nodes.exactOptional(),
} as const;

export const createJobBody = z.object({ name: nameBody, type, ...settings });

export const updateJobBody = z.object({ type, name: nameBody.exactOptional(), ...settings });

export const legacyJobBody = z.object({
  name: nameBody,
  type: z.literal('DATAFLOW'),
  isTemp: z.boolean().exactOptional(),
  nodes: nodes.exactOptional(),
});

export const verifyJobBody = z.object({ name: nameBody, nodes });

export const executeConfigBody = z.object({ jobCondition: conditionBody });
