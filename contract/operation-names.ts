import { OPERATIONS, type OperationName } from './operations.js';

/** Titles of the documentation since 2026-09, and older ones, for the same endpoints (NOTES §2). */
const OTHER_NAMES: Readonly<Record<string, OperationName>> = {
  getExecutionCountByInterval: 'getExecutionInterval',
  getJob: 'getJobById',
  createJobExecution: 'executeJob',
  getJobExecution: 'getJobExecutionById',
  updateJobExecutionConfig: 'updateJobExecuteConfig',
  getWorkflow: 'getWorkflowById',
};

/** Titles that two editions of the documentation use for different endpoints. */
const MEANT_TWO: Readonly<Record<string, readonly [OperationName, OperationName]>> = {
  getExecutionCount: ['getExecutionInterval', 'getExecutionResult'],
};

export const OPERATION_NAMES = Object.keys(OPERATIONS) as readonly OperationName[];

export const otherNamesOf = (name: OperationName): readonly string[] =>
  Object.keys(OTHER_NAMES).filter((other) => OTHER_NAMES[other] === name);

/**
 * The operation of a title from any edition of the documentation. `meant`: the operations that an unclear title may
 * name.
 */
export function findOperation(
  title: string,
):
  | { readonly name: OperationName }
  | { readonly problem: string; readonly meant: readonly OperationName[] } {
  if (Object.hasOwn(OPERATIONS, title)) return { name: title as OperationName };
  const other = Object.hasOwn(OTHER_NAMES, title) ? OTHER_NAMES[title] : undefined;
  if (other !== undefined) return { name: other };
  const two = Object.hasOwn(MEANT_TWO, title) ? MEANT_TWO[title] : undefined;
  if (two !== undefined) {
    return { problem: `${title} names two operations: it must be ${two.join(' or ')}`, meant: two };
  }
  return { problem: `there is no operation ${title.slice(0, 60)}`, meant: [] };
}
