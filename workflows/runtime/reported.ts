import { isWaitReport, type ReportRequest, type WaitReport } from '../../contract/wait-report.js';
import { readEnd } from './failures.js';
import { afterError } from './cancellation.js';
import type { Cancellation, Limits, VerbResult } from '../job-run/port.js';
import { currentActivation, isCurrent, pending } from './activation.js';

type Reported = Limits & { readonly graceMs?: number };

/**
 * Runs an activity until it is done. If it completes with a report (its calls fail, or succeed again), passes the
 * report to `onReport` and schedules the activity again with the remaining time. `onValue` is called with the value.
 */
export async function reported<Value, Given extends Reported>(
  limits: Given,
  act: (request: ReportRequest, left: Given) => Promise<Value | WaitReport>,
  onValue?: (value: Value) => void,
): Promise<VerbResult<Value>> {
  const { cancellation, withinMs, graceMs = 0, onReport } = limits;
  const beganMs = Date.now();
  const cancelled = graceMs > 0 ? noteCancel(cancellation) : undefined;
  const activation = currentActivation();
  let told: string | undefined;
  let status: string | undefined;
  try {
    for (let times = 0; ; times += 1) {
      const passedMs = Date.now() - beganMs;
      const leftMs = withinMs === undefined ? undefined : Math.max(1, withinMs - passedMs);
      const left = { ...limits, withinMs: leftMs };
      const request = {
        times,
        ...(told !== undefined && { told }),
        ...(status !== undefined && { status }),
      };
      const grace = cancelled === undefined ? 0 : cancelled.leftMs(graceMs);
      if (!isCurrent(activation)) return await pending();
      if (cancellation.requested && grace === 0) return { kind: 'cancelled' };
      let value: Value | WaitReport;
      try {
        // Awaited here, and not in a function: each further promise takes memory as long as the activity waits.
        value = await cancellation.within(() => act(request, left), grace);
      } catch (error) {
        const ended = afterError(cancellation, error, readEnd);
        return ended.kind === 'timed-out' && told !== undefined ? { last: told, ...ended } : ended;
      }
      if (!isWaitReport(value)) {
        onValue?.(value);
        return { kind: 'done', value };
      }
      told = value.report.lastError;
      status = value.report.status ?? status;
      onReport?.(told);
    }
  } finally {
    cancelled?.stop();
  }
}

/** Measures the grace. It counts from the cancel, however often the activity is scheduled again. */
function noteCancel(cancellation: Cancellation): {
  leftMs(graceMs: number): number;
  stop(): void;
} {
  let sinceMs = cancellation.requested ? Date.now() : undefined;
  const stop = cancellation.onRequest(() => {
    sinceMs ??= Date.now();
  });
  return {
    leftMs: (graceMs) =>
      sinceMs === undefined ? graceMs : Math.max(0, graceMs - (Date.now() - sinceMs)),
    stop,
  };
}
