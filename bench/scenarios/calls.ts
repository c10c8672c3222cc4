import type { LoggedCall, OperationName, Simulator } from '../../simulator/index.js';

/** Operations that change something; all others only read. */
const ACTS: readonly (OperationName | undefined)[] = ['executeJob', 'cancelJobExecution'];

/** Calls that read, for a job: status, lists, and what is read before a start. */
export function readsOf(log: readonly LoggedCall[], jobId: string): number {
  return log.filter((call) => call.jobId === jobId && !ACTS.includes(call.operation)).length;
}

type WantedCall = Pick<LoggedCall, 'operation' | 'jobId' | 'executionId'>;

/** When the first such call arrived that came at or after a time (ms since 1970). */
export function findArrival(
  log: readonly LoggedCall[],
  wanted: WantedCall,
  fromMs = 0,
): number | undefined {
  return log.find(
    ({ operation, jobId, executionId, atMs }) =>
      operation === wanted.operation &&
      atMs >= fromMs &&
      (wanted.jobId === undefined || jobId === wanted.jobId) &&
      (wanted.executionId === undefined || executionId === wanted.executionId),
  )?.atMs;
}

/** The same for a call that must have come. */
export function arrivalOf(log: readonly LoggedCall[], wanted: WantedCall, fromMs = 0): number {
  const atMs = findArrival(log, wanted, fromMs);
  if (atMs === undefined) throw new Error(`${String(wanted.operation)} never came`);
  return atMs;
}

/** Resolves when something holds that follows from what the service has received. */
export async function until(simulator: Simulator, holds: () => boolean): Promise<void> {
  if (holds()) return;
  await new Promise<void>((resolve) => {
    const stop = simulator.onChange(() => {
      if (!holds()) return;
      stop();
      resolve();
    });
  });
}
