import type { DataFlowClient } from '../../client/client.js';
import { DataFlowCallError } from '../../client/errors.js';
import { callRemedy, exitOfCall } from '../call-errors.js';
import { type Finding, ok, problem, warning } from './finding.js';
import { findGeneration } from './generation.js';

/** From here on an answer is a warning; usual answers take a fraction of this. */
const SLOW_MS = 5_000;
/** The gateway refuses signatures that are more than five minutes old or ahead. */
const SKEW_REFUSED_MS = 300_000;
/** From here on a difference of the clocks is a warning. */
const SKEW_WARNED_MS = 5_000;

/** Where calls go and with which keys, as texts. */
interface Way {
  readonly url: string;
  readonly keys: string;
}

/**
 * Whether the service answers these keys, how far the clocks are apart, and which edition of its documentation it
 * follows. Only reads, with the time limit that every call of the profile has.
 */
export async function findService(client: DataFlowClient, way: Way): Promise<readonly Finding[]> {
  const startMs = performance.now();
  try {
    const { output } = await client.call('getJobs', { limit: 20 });
    const tookMs = Math.round(performance.now() - startMs);
    const [first] = output.list;
    const job = first && (await detailOf(client, first.jobId));
    const count = output.list.length;
    const jobs = `${count === 20 ? '20 or more' : count} ${count === 1 ? 'job' : 'jobs'}`;
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
  'Check network, proxy and the status of the service: a call ends after callTimeoutMs of the profile, 30 s by default';

async function detailOf(client: DataFlowClient, jobId: string) {
  try {
    return (await client.call('getJobById', { jobId })).output;
  } catch (error) {
    if (error instanceof DataFlowCallError) return undefined; // the list alone may tell the edition
    throw error;
  }
}

function failureFinding(error: DataFlowCallError, way: Way, clock: readonly Finding[]): Finding {
  const remedy = remedyHere(error, way, clock) ?? callRemedy(error);
  return problem('service', exitOfCall(error), error.what, remedy);
}

/** A remedy that names the keys and the address of the call; undefined where the general one is enough. */
function remedyHere(
  { failure, sent }: DataFlowCallError,
  { url, keys }: Way,
  clock: readonly Finding[],
): string | undefined {
  const isClockWrong = clock.some(({ level }) => level !== 'ok');
  if (failure === 'DataFlowUnauthenticated')
    return isClockWrong
      ? 'Set the clock of this machine first (see below). If the call is refused still, correct the keys'
      : `Correct the ${keys}: it is unknown at ${url}, or its secret is wrong; the clock is not the reason`;
  if (failure === 'DataFlowForbidden')
    return `Give the account of the ${keys} the right to use Data Flow`;
  if (failure === 'DataFlowUnavailable' && sent === 'no')
    return `Check the address ${url} (baseUrl of the profile, DATAFLOW_URL for profile default), network and proxy: nothing was sent`;
  return failure === 'DataFlowProtocolError' || failure === 'DataFlowNotFound'
    ? `Check the address ${url} (baseUrl of the profile, DATAFLOW_URL for profile default) and the proxy: what answers there is not Data Flow`
    : undefined;
}

/** Empty if no answer has shown the service's clock. */
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
  return skewMs >= SKEW_WARNED_MS
    ? [warning('clock', text, remedy)]
    : [ok('clock', `within ${SKEW_WARNED_MS / 1_000} s of the service's`)];
}
