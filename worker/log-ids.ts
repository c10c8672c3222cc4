import type { ActivityInterceptorsFactory } from '@temporalio/worker';

/** Adds the ids of an activity to every log line from it, including the SDK's. */
export const logIds: ActivityInterceptorsFactory = () => {
  let ids: Readonly<Record<string, string>> = {};
  return {
    inbound: {
      execute: (input, next) => {
        ids = idsOf(input.args[0]);
        return next(input);
      },
    },
    outbound: { getLogAttributes: (input, next) => next({ ...input, ...ids }) },
  };
};

/** A workflow of the service has another name here: `workflowId` is Temporal's in a log. */
const NAMES = {
  ...{ profile: 'profile', jobId: 'jobId', executionId: 'executionId', triggerId: 'triggerId' },
  workflowId: 'remoteWorkflowId',
} as const;

/** The ids in an activity's input. */
export function idsOf(input: unknown): Readonly<Record<string, string>> {
  const members = (input ?? {}) as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    Object.entries(NAMES).flatMap(([name, logged]) => {
      const id = members[name];
      return typeof id === 'string' && id.length <= 100 ? [[logged, id]] : [];
    }),
  );
}
