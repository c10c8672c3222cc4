/** Requests of one kind that an SDK has sent to the Temporal server, from its metrics in Prometheus' text form. */
export function requestsIn(metrics: string, operation: string): number {
  return metrics
    .split('\n')
    .filter((line) => /^temporal_request(_total)?\{/.test(line))
    .filter((line) => line.includes(`operation="${operation}"`))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf('}') + 1)), 0);
}
