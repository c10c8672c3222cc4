import { DataFlowInvalidInputError } from '../client/errors.js';

/** Both checks, so that what is wrong by either is told at once. @throws DataFlowInvalidInputError, or what a check throws */
export async function allProblems<One>(first: Promise<One>, second: () => unknown): Promise<One> {
  const checks = [first, Promise.resolve().then(second)] as const;
  const [one, other] = await Promise.allSettled(checks);
  const failed = [one, other].flatMap((each) =>
    each.status === 'rejected' ? [each.reason as unknown] : [],
  );
  const problems = failed.flatMap((error) =>
    error instanceof DataFlowInvalidInputError ? error.problems : [],
  );
  if (problems.length > 0) throw new DataFlowInvalidInputError('dataflow', problems);
  if (failed.length > 0) throw failed[0];
  return await first;
}
