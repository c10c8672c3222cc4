import {
  OPERATIONS,
  type OperationInput,
  type OperationName,
  type OperationOutput,
} from './operations.js';

/** Operations that have an activity of their own. executeJob has none: dataflowExecuteJob posts it under a permit. */
export type ActivityOperation = Exclude<OperationName, 'executeJob'>;

/** Wire name of an operation's activity, e.g. `dataflowGetJobs`. */
export type OperationActivityName<Name extends ActivityOperation> = `dataflow${Capitalize<Name>}`;

export type OperationActivityInput<Name extends ActivityOperation> = OperationInput<Name> & {
  /** Name of a profile of the worker. @default 'default' */
  readonly profile?: string;
};

export type OperationActivities = {
  readonly [Name in ActivityOperation as OperationActivityName<Name>]: (
    input: OperationActivityInput<Name>,
  ) => Promise<OperationOutput<Name>>;
};

export const ACTIVITY_OPERATIONS = Object.keys(OPERATIONS).filter(
  (name) => name !== 'executeJob',
) as readonly ActivityOperation[];

export const operationActivityName = <Name extends ActivityOperation>(
  name: Name,
): OperationActivityName<Name> =>
  `dataflow${name.charAt(0).toUpperCase()}${name.slice(1)}` as OperationActivityName<Name>;
