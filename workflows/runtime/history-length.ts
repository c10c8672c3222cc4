import { workflowInfo } from '@temporalio/workflow';

/** The server's advice is about 4,096 events; twice that is still far from its limit of 51,200. */
const LONG = 4_096;
/** Bytes of a history. The server ends a workflow at 50 MB. */
const LARGE = 4_000_000;

/** Whether the history has so many times the length at which a workflow should continue as new. */
export function isHistoryLong(continueAfterEvents: number | undefined, times = 1): boolean {
  const { historyLength, historySize, continueAsNewSuggested } = workflowInfo();
  const isAdvised = continueAsNewSuggested && continueAfterEvents === undefined && times <= 1;
  if (historySize >= LARGE * times) return true;
  return isAdvised || historyLength >= (continueAfterEvents ?? LONG) * times;
}
