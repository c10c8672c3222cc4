/** Operations the simulator knows, by the names of the documentation's index page. */
export const OPERATION_NAMES = [
  'getJobs',
  'getJobById',
  'executeJob',
  'getJobExecutions',
  'getJobExecutionById',
  'cancelJobExecution',
] as const;

export type OperationName = (typeof OPERATION_NAMES)[number];
