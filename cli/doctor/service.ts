import type { DataFlowClient } from '../../client/client.js';
import { DataFlowCallError } from '../../client/errors.js';
import { callRemedy, exitOfCall } from '../call-errors.js';
import { type Finding, ok, problem, warning } from './finding.js';
import { findGeneration } from './generation.js';

/** A service that is well answers in a fraction of this. */
const SLOW_MS = 5_000;
/** The gateway refuses what is more than five minutes off; what is near it is told. */
const SKEW_REFUSED_MS = 300_000;
const SKEW_TOLD_MS = 5_000;

/** Where calls go and by which keys, in words. */
interface Way {
  readonly url: string;
  readonly keys: string;
}

/**
 * Whether the service answers these keys, how far the clocks are apart, and how the service behaves. Reads only, and
 * waits as long as every call of the profile does.
 */
export async function findService(client: DataFlowClient, way: Way): Promise<readonly Finding[]> {
  const startMs = performance.now();
  try {
    const { output } = await client.call('getJobs', { limit: 20 });
    const tookMs = Math.round(performance.now() - startMs);
    const [first] = output.list;
    const job = first && (await detailOf(client, first.jobId));
    const count = output.list.length;
    const jobs = `${count === 20 ? '20 or more' : count} jobs`;
    const answers = `${way.url} answers in ${tookMs} ms; ${jobs}`;
    return [
      tookMs < SLOW_MS ? ok('service', answers) : warning('service', answers, SLOW),
      ...findSkew(client),
      findGeneration({ jobs: output.list, ...(job !== undefined && { job }) }),
    ];
  } catch (error) {
    if (!(error instanceof DataFlowCallError)) throw error;
    const clock = findSkew(client);
    return [failureFinding(error, way, clock), ...clock];
  }
}

const SLOW =
  'Look at network, proxy and the status of the service: a call ends after its time limit, 30 s unless callTimeoutMs of the profile says otherwise';

async function detailOf(client: DataFlowClient, jobId: string) {
  try {
    return (await client.call('getJobById', { jobId })).output;
  } catch (error) {
    if (error instanceof DataFlowCallError) return undefined; // it only adds to the signs
    throw error;
  }
}

function failureFinding(error: DataFlowCallError, way: Way, clock: readonly Finding[]): Finding {
  const remedy = remedyHere(error, way, clock) ?? callRemedy(error);
  return problem('service', exitOfCall(error), error.what, remedy);
}

/** What to do where it is known by which keys and to which address the call went. */
function remedyHere(
  { failure, sent }: DataFlowCallError,
  { url, keys }: Way,
  clock: readonly Finding[],
): string | undefined {
  const isClockWrong = clock.some(({ level }) => level !== 'ok');
  if (failure === 'DataFlowUnauthenticated')
    return isClockWrong
      ? 'Set the clock of this machine first, see below; then, if it lasts, correct the keys'
      : `Correct the ${keys}: it is unknown at ${url}, or its secret is wrong; the clock is not the reason`;
  if (failure === 'DataFlowForbidden')
    return `Give the account of the ${keys} the right to use Data Flow`;
  if (failure === 'DataFlowUnavailable' && sent === 'no')
    return `Check the address ${url} (baseUrl of the profile; of default DATAFLOW_URL), network and proxy: nothing was sent`;
  return failure === 'DataFlowProtocolError' || failure === 'DataFlowNotFound'
    ? `Check the address ${url} (baseUrl of the profile; of default DATAFLOW_URL) and the proxy: what answers there is not Data Flow`
    : undefined;
}

/** Reported only if an answer has shown the service's clock. */
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
