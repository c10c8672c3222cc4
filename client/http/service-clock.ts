import type { ServiceClock } from '../client.js';

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

/** Clock by which a request is signed: that of this process, or that of the service, measured by Date headers. */
export type SigningClock = 'own' | 'learned';

export interface MeasuredClock extends ServiceClock {
  observe(measurement: Measurement): void;
  /** Date for a signature in epoch ms. */
  signingMs(by: SigningClock): number;
  /**
   * Whether the two clocks are so far apart that a signature may be refused for it. Either may be the wrong one: the gateway
   * need not check by the clock that writes the Date header.
   */
  isDisputed(): boolean;
  /** The clock that was proven last to be the gateway's; before that the learned one, once it is. */
  accepted(): SigningClock;
  /**
   * A signature by this clock was accepted. Where the two are less far apart than a gateway may allow, that proves nothing
   * unless the other one's was refused; and a POST that is dated by the wrong clock expires minutes late.
   */
  accept(by: SigningClock, why?: 'the other was refused'): void;
}

const DATE_STEP_MS = 1_000;

/** How far two clocks may drift apart: 500 ms in 1000 s, the most that NTP slews. Old measurements weaken by it. */
const DRIFT = 5e-4;

/** Answers remembered. Each gives a bound within a second; a few together come much nearer. */
const KEPT = 16;

/** Of fewer answers that disagree all but one may be wrong. */
const MIN_ANSWERS_TO_OUTVOTE = 12;

/** This process's clock is believed up to this far beyond the bounds: it is read closer than the service's. */
const BELIEVED_MS = 2_000;

/** Clocks that are nearer than this are one: gateways take signatures up to five minutes old. */
const DISPUTED_MS = 30_000;

/** Further apart, one of them is refused: five minutes either way (DOC). */
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
 * Elapsed ms, at least and at most. The clocks differ after a suspension (the monotonic one stood still) and
 * after the wall clock was set; taking the lesser and the greater makes permits expire, not live on.
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

/** Those with which the most agree; of as many the newest, which stands last. */
function agreeing(each: readonly Bounds[]): readonly Bounds[] {
  return each
    .map((one) => each.filter((other) => overlap(one, other)))
    .reduce((most, group) => (group.length >= most.length ? group : most), []);
}

/**
 * The service's time at `now` as most of the measurements together bound it; without any, the wall clock itself. A single
 * Date that is wrong (another machine, a cache) is outvoted; after a jump of the service's clock the new one soon is the most.
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
 * The service's time at `now` at least: what a permit counts from, where too early costs a new permit and too late a second
 * execution. Of answers that disagree a quarter must be as early; of few the earliest decides.
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

/** Date for a signature by the learned clock: the wall clock where it agrees with the bounds, else their middle. */
export function signingMs(bounds: Bounds, wallMs: number): number {
  const { earliestMs, latestMs } = bounds;
  return Math.round(isNear(bounds, wallMs, BELIEVED_MS) ? wallMs : (earliestMs + latestMs) / 2);
}

/** The service's clock, learned from the answers of one client. */
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
