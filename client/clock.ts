import type { ServiceClock } from './client.js';

/** The clocks of this process: one that people set, one that only runs forward. */
export interface ProcessClock {
  /** Epoch ms. */
  wallMs(): number;
  /** Ms since some moment; stands still while the machine is suspended. */
  monotonicMs(): number;
}

/** One moment, as both clocks of the process show it. */
export interface Instant {
  readonly wallMs: number;
  readonly monotonicMs: number;
}

/** An answer with a Date header: the service made the date between `sent` and `received`, and cut it to seconds. */
interface Measurement {
  readonly sent: Instant;
  readonly received: Instant;
  readonly dateMs: number;
}

interface Bounds {
  readonly earliestMs: number;
  readonly latestMs: number;
}

export interface MeasuredClock extends ServiceClock {
  observe(measurement: Measurement): void;
  /** Date for a signature in epoch ms. */
  signingMs(): number;
}

const DATE_STEP_MS = 1_000;

/** How far two clocks may drift apart: 500 ms in 1000 s, the most that NTP slews. Old measurements weaken by it. */
const DRIFT = 5e-4;

/** Answers remembered. Each gives a bound within a second; a few together come much nearer. */
const KEPT = 16;

/** This process's clock is believed up to this far beyond the bounds: it is read closer than the service's. */
const BELIEVED_MS = 2_000;

export const SYSTEM_CLOCK: ProcessClock = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
};

export const instantOf = (clock: ProcessClock): Instant => ({
  wallMs: clock.wallMs(),
  monotonicMs: clock.monotonicMs(),
});

/**
 * Elapsed ms, at least and at most. The clocks differ after a suspension (the monotonic one stood still) and
 * after somebody set the wall clock; taking the lesser and the greater makes permits expire, not live on.
 */
function elapsedMs(from: Instant, to: Instant): { readonly least: number; readonly most: number } {
  const monotonicMs = Math.max(0, to.monotonicMs - from.monotonicMs);
  const wallMs = Math.max(0, to.wallMs - from.wallMs);
  return {
    least: Math.min(monotonicMs, wallMs) * (1 - DRIFT),
    most: Math.max(monotonicMs, wallMs) * (1 + DRIFT),
  };
}

function boundsOf({ sent, received, dateMs }: Measurement, now: Instant): Bounds {
  return {
    earliestMs: dateMs + elapsedMs(received, now).least,
    latestMs: dateMs + DATE_STEP_MS + elapsedMs(sent, now).most,
  };
}

/** The service's time at `now` as all measurements together bound it; without any, the wall clock itself. */
function boundsAt(measurements: readonly Measurement[], now: Instant): Bounds {
  const each = measurements.map((measurement) => boundsOf(measurement, now));
  if (each.length === 0) return { earliestMs: now.wallMs, latestMs: now.wallMs };
  return {
    earliestMs: Math.max(...each.map((bounds) => bounds.earliestMs)),
    latestMs: Math.min(...each.map((bounds) => bounds.latestMs)),
  };
}

/** The newest measurement wins: older ones that contradict it come from before a jump of the service's clock. */
function withMeasurement(
  known: readonly Measurement[],
  newest: Measurement,
): readonly Measurement[] {
  const now = newest.received;
  const fresh = boundsOf(newest, now);
  const agreeing = known.filter((measurement) => {
    const bounds = boundsOf(measurement, now);
    return bounds.earliestMs <= fresh.latestMs && fresh.earliestMs <= bounds.latestMs;
  });
  return [...agreeing.slice(1 - KEPT), newest];
}

/** Date for a signature: the wall clock where it agrees with the bounds, else their middle. */
export function signingMs({ earliestMs, latestMs }: Bounds, wallMs: number): number {
  const believed = wallMs >= earliestMs - BELIEVED_MS && wallMs <= latestMs + BELIEVED_MS;
  return Math.round(believed ? wallMs : (earliestMs + latestMs) / 2);
}

/** The service's clock, learned from the answers of one client. */
export function createServiceClock(process: ProcessClock): MeasuredClock {
  let measurements: readonly Measurement[] = [];
  const bounds = () => boundsAt(measurements, instantOf(process));
  return {
    earliestMs: () => bounds().earliestMs,
    latestMs: () => bounds().latestMs,
    isMeasured: () => measurements.length > 0,
    observe: (measurement) => {
      measurements = withMeasurement(measurements, measurement);
    },
    signingMs: () => signingMs(bounds(), process.wallMs()),
  };
}
