/** The nodes of a VISUAL job (NOTES §3 "Job nodes"): typed as far as they are documented, open where not. */

/** Node types whose own members no page shows. */
export const OPEN_NODE_TYPES = [
  'SOURCE_CATALOG',
  'SOURCE_CDB_MYSQL',
  'SOURCE_CDB_POSTGRESQL',
  'TRANSFORM_DEFINE',
  'TRANSFORM_SELECT',
  'TRANSFORM_JOIN',
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
  'TARGET_CATALOG',
] as const;

/** A column. The declared types are Int, String, …; examples write them in lower case. */
export interface Field {
  readonly name: string;
  readonly type: string;
  /** Columns of a Struct. */
  readonly properties?: readonly Field[];
}

/** What every node has. Ids are chosen by the caller: 64-bit integers, epoch milliseconds in every example. */
interface AnyNode {
  readonly id: number;
  readonly name: string;
  /** Ids of the nodes whose rows this one takes; empty for a source. */
  readonly parentNodeIds: readonly number[];
}

interface ObjectStoragePlace {
  readonly regionNo: string;
  readonly bucketName: string;
  readonly prefix: string;
  /** `CSV` in every example; other values were not seen. */
  readonly dataType: string;
  readonly fieldList: readonly Field[];
}

/** Rows read from Object Storage. */
export interface SourceObsNode extends AnyNode, ObjectStoragePlace {
  readonly type: 'SOURCE_OBS';
}

/** Rows that pass a condition. */
export interface FilterNode extends AnyNode {
  readonly type: 'TRANSFORM_FILTER';
  /** How the conditions are joined. */
  readonly filterType: 'HEAD' | 'AND' | 'OR';
  readonly filterConditionList: readonly {
    readonly name: string;
    readonly operator: 'EQ' | 'NE' | 'GT' | 'LT' | 'GTE' | 'LTE';
    readonly value: string;
  }[];
}

/** Rows written to Object Storage. */
export interface TargetObsNode extends AnyNode, ObjectStoragePlace {
  readonly type: 'TARGET_OBS';
  /** `OVERWRITE` in every example; other values were not seen. */
  readonly updateType: string;
}

/** A node of a type that is open. */
export interface OtherNode extends AnyNode {
  readonly type: (typeof OPEN_NODE_TYPES)[number];
  readonly [member: string]: unknown;
}

/** One node of a VISUAL job, to be written. */
export type JobNode = SourceObsNode | FilterNode | TargetObsNode | OtherNode;

/** One node as the service shows it: nothing is promised beyond what every node has. */
export interface JobNodeView extends AnyNode {
  readonly type: string;
  readonly [member: string]: unknown;
}
