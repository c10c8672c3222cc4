import type { DataFlowClient } from '../../client/client.js';
import { DataFlowCallError } from '../../client/errors.js';
import { FAILURES } from '../../contract/failures.js';
import { callErrorText } from '../call-errors.js';
import { EXIT_OF_FAILURE } from '../exit-codes.js';
import { type Finding, ok, problem, warning } from './finding.js';
import { findGeneration } from './generation.js';

const PROBE_LIMIT_MS = 10_000;
/** The gateway refuses what is more than five minutes off; what is near it is told. */
const SKEW_REFUSED_MS = 300_000;
const SKEW_TOLD_MS = 5_000;

/** Whether the service answers these keys, how far the clocks are apart, and how the service behaves. Reads only. */
export async function findService(
  client: DataFlowClient,
  url: string,
): Promise<readonly Finding[]> {
  const startMs = performance.now();
  try {
    const { output } = await client.call('getJobs', { limit: 20 }, { timeoutMs: PROBE_LIMIT_MS });
    const tookMs = Math.round(performance.now() - startMs);
    const [first] = output.list;
    const job = first && (await detailOf(client, first.jobId));
    const count = output.list.length;
    return [
      ok('service', `${url} answers in ${tookMs} ms; ${count === 20 ? '20 or more' : count} jobs`),
      ...findSkew(client),
      findGeneration({ jobs: output.list, ...(job !== undefined && { job }) }),
    ];
  } catch (error) {
    if (!(error instanceof DataFlowCallError)) throw error;
    return [failureFinding(error), ...findSkew(client)];
  }
}

async function detailOf(client: DataFlowClient, jobId: string) {
  try {
    return (await client.call('getJobById', { jobId }, { timeoutMs: PROBE_LIMIT_MS })).output;
  } catch (error) {
    if (error instanceof DataFlowCallError) return undefined; // it only adds to the signs
    throw error;
  }
}

function failureFinding(error: DataFlowCallError): Finding {
  const text = callErrorText(error);
  const at = error.message.indexOf(FAILURES[error.failure].remedy);
  const what = at > 0 ? error.message.slice(0, at).trim() : error.message;
  const remedy = at > 0 ? text.slice(at) : FAILURES[error.failure].remedy;
  return problem('service', EXIT_OF_FAILURE[error.failure], what, remedy);
}

/** Told only where an answer has shown the service's clock. */
function findSkew({ serviceClock }: DataFlowClient): readonly Finding[] {
  if (!serviceClock.isMeasured()) return [];
  const nowMs = Date.now();
  const aheadMs = nowMs - serviceClock.latestMs();
  const behindMs = serviceClock.earliestMs() - nowMs;
  const skewMs = Math.max(0, aheadMs, behindMs);
  const way = aheadMs > behindMs ? 'ahead of' : 'behind';
  const text = `this machine is ${Math.round(skewMs / 1_000)} s ${way} the service`;
  const remedy = 'Set the clock of this machine (NTP)';
  if (skewMs >= SKEW_REFUSED_MS)
    return [warning('clock', `${text}; the client corrects it, other tools are refused`, remedy)];
  return skewMs >= SKEW_TOLD_MS
    ? [warning('clock', text, remedy)]
    : [ok('clock', 'agrees with the service to the second')];
}
