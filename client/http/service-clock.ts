import type { ServiceClock } from '../client.js';

/** The clocks of this process. */
export interface ProcessClock {
  /** Epoch ms. It jumps if it is set. */
  wallMs(): number;
  /** Ms since an arbitrary time. It never runs backwards, and stands still while the machine is suspended. */
  monotonicMs(): number;
}

export interface Instant {
  readonly wallMs: number;
  readonly monotonicMs: number;
}

/** Date header of an answer. The service wrote it between `sent` and `received`, rounded down to a second. */
interface Measurement {
  readonly sent: Instant;
  readonly received: Instant;
  readonly dateMs: number;
}

interface Bounds {
  readonly earliestMs: number;
  readonly latestMs: number;
}

/**
 * Clock by which a request is signed. `own`: that of this process. `learned`: that of the service, by Date headers.
 */
export type SigningClock = 'own' | 'learned';

export interface MeasuredClock extends ServiceClock {
  observe(measurement: Measurement): void;
  /** Date for a signature, epoch ms. */
  signingMs(by: SigningClock): number;
  /**
   * Whether the two clocks are so far apart that a signature may be refused. Either may be wrong: the gateway may
   * check by another clock than the one that writes the Date header.
   */
  isDisputed(): boolean;
  /**
   * Clock to sign with. While the two disagree it is the one that was last proven to be the gateway's; otherwise the
   * learned one. Before the first answer the own one.
   */
  accepted(): SigningClock;
  /**
   * Records that a signature by this clock was accepted. It is a proof only if the gateway cannot have allowed both
   * clocks: they are far apart, or a signature by the other one was refused. With the wrong clock a POST would expire
   * minutes late.
   */
  accept(by: SigningClock, why?: 'the other was refused'): void;
}

const DATE_STEP_MS = 1_000;

/**
 * Largest drift between two clocks: 500 ms in 1000 s, the most that NTP slews. It widens the bounds of old
 * measurements.
 */
const DRIFT = 5e-4;

/** Each measurement is exact to a second. Several together are more exact. */
const KEPT = 16;

/** With fewer answers that disagree, the earliest decides: all others may be wrong. */
const MIN_ANSWERS_TO_OUTVOTE = 12;

/** The own clock is used for signatures up to this far outside the bounds. */
const BELIEVED_MS = 2_000;

/** Clocks that differ by less are treated as equal: the gateway takes signatures up to five minutes old. */
const DISPUTED_MS = 30_000;

/** If the clocks differ by more, the gateway refuses one of them: it allows five minutes each way (DOC). */
const ALLOWED_MS = 600_000;

export const SYSTEM_CLOCK: ProcessClock = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
};

export const instantOf = (clock: ProcessClock): Instant => ({
  wallMs: clock.wallMs(),
  monotonicMs: clock.monotonicMs(),
});

/**
 * Bounds of the elapsed time in ms. The two clocks differ after a suspension (the monotonic one stood still) and
 * after the wall clock was set. The wider bounds make permits end early, never late.
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

const overlap = (one: Bounds, other: Bounds): boolean =>
  one.earliestMs <= other.latestMs && other.earliestMs <= one.latestMs;

/** The largest group of bounds that overlap one of them. Of groups of equal size the newest. */
function agreeing(each: readonly Bounds[]): readonly Bounds[] {
  return each
    .map((one) => each.filter((other) => overlap(one, other)))
    .reduce((most, group) => (group.length >= most.length ? group : most), []);
}

/**
 * Bounds of the service's time at `now`, by the measurements that agree; without any, the wall clock. A single wrong
 * Date (of another machine, of a cache) is ignored. After a jump of the service's clock its new time soon has the
 * majority.
 */
function boundsAt(measurements: readonly Measurement[], now: Instant): Bounds {
  const each = agreeing(measurements.map((measurement) => boundsOf(measurement, now)));
  if (each.length === 0) return { earliestMs: now.wallMs, latestMs: now.wallMs };
  return {
    earliestMs: Math.max(...each.map((bounds) => bounds.earliestMs)),
    latestMs: Math.min(...each.map((bounds) => bounds.latestMs)),
  };
}

/**
 * Lower bound of the service's time at `now`, from which permits count. A time that is too early costs another
 * permit; one that is too late can cause a second execution. Where answers disagree a quarter of them must be as
 * early; with few answers the earliest decides.
 */
function atLeastAt(measurements: readonly Measurement[], now: Instant): number {
  const each = measurements.map((measurement) => boundsOf(measurement, now));
  const isOne = agreeing(each).length === each.length;
  if (isOne) return boundsAt(measurements, now).earliestMs;
  const earliest = each.map((bounds) => bounds.earliestMs).toSorted((a, b) => a - b);
  const isFew = each.length < MIN_ANSWERS_TO_OUTVOTE;
  return earliest[isFew ? 0 : Math.ceil(each.length / 4) - 1] ?? now.wallMs;
}

const isNear = ({ earliestMs, latestMs }: Bounds, wallMs: number, byMs: number): boolean =>
  wallMs >= earliestMs - byMs && wallMs <= latestMs + byMs;

/** Date for a signature by the learned clock: the wall clock if it is near the bounds, else their middle. */
export function signingMs(bounds: Bounds, wallMs: number): number {
  const { earliestMs, latestMs } = bounds;
  return Math.round(isNear(bounds, wallMs, BELIEVED_MS) ? wallMs : (earliestMs + latestMs) / 2);
}

export function createServiceClock(process: ProcessClock): MeasuredClock {
  let measurements: readonly Measurement[] = [];
  let accepted: SigningClock = 'learned';
  const bounds = () => boundsAt(measurements, instantOf(process));
  const isDisputed = () => !isNear(bounds(), process.wallMs(), DISPUTED_MS);
  return {
    earliestMs: () => bounds().earliestMs,
    atLeastMs: () => atLeastAt(measurements, instantOf(process)),
    latestMs: () => bounds().latestMs,
    isMeasured: () => measurements.length > 0,
    observe: (measurement) => {
      measurements = [...measurements.slice(1 - KEPT), measurement];
    },
    signingMs: (by) =>
      by === 'own' ? Math.round(process.wallMs()) : signingMs(bounds(), process.wallMs()),
    isDisputed,
    accepted: () => (measurements.length === 0 ? 'own' : isDisputed() ? accepted : 'learned'),
    accept: (by, why) => {
      const isProof =
        why === undefined ? !isNear(bounds(), process.wallMs(), ALLOWED_MS) : isDisputed();
      if (isProof) accepted = by;
    },
  };
}
