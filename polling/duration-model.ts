import { type DurationHistory, MAX_DURATIONS_SEEN } from '../contract/duration-history.js';

/** Distribution of the running time of an execution. Ages are in ms, 1 or more. */
export interface DurationModel {
  /** Ends per ms at this age: f/S, with f the density of ends and S the share that runs longer. */
  readonly hazard: (ageMs: number) => number;
  /** Integral of the hazard, −ln S, up to a constant: between two ages a share of 1 − exp(−difference) ends. */
  readonly cumulative: (ageMs: number) => number;
}

/** Hazard times age. 1 would be as good a guess, and costs a tenth more calls. */
const GUESS = 3 / 4;

/**
 * Without history the hazard is 3/(4·age). An execution of a minute and one of a day are then equally likely to end
 * within the next tenth of their age.
 */
export const NO_HISTORY: DurationModel = {
  hazard: (ageMs) => GUESS / ageMs,
  cumulative: (ageMs) => GUESS * Math.log(ageMs),
};

/** Standard deviation of log durations that is assumed of a job, and its weight as a number of observations. */
const USUAL_SPREAD = 0.2;
const USUAL_SPREAD_WEIGHT = 2;
/** Least width of a kernel: dates and clocks are not more exact. */
const MIN_WIDTH = 0.03;
/** Width for failures, which occur at any age. */
const FAILURE_WIDTH = 0.8;
/** Weight of the scale-free part, as a number of observed ends. */
const PRIOR_WEIGHT = 1;
/** The scale-free part is flat in log age from this part of the longest duration to that duration. */
const PRIOR_REACH = 1 / 256;

/** Step in log age and range (parts of the longest duration) of the table. The step follows the narrowest kernel. */
const STEP = 0.02;
const BELOW_LONGEST = 1 / 64;
const ABOVE_LONGEST = 8;

interface Kernel {
  readonly mean: number;
  readonly width: number;
}

/**
 * * Model of the next duration, from those of the job's newest executions: a log-normal kernel for each completed
 * one, a * wide kernel for each failed one, and a scale-free part, which alone remains far beyond the longest
 * duration. * @param seen at most {@link MAX_DURATIONS_SEEN} of each kind are used; without any the result is {@link
 * NO_HISTORY}
 */
export function lifetimeOf(seen: DurationHistory | undefined): DurationModel {
  const completed = logsOf(seen?.completedMs);
  const failed = logsOf(seen?.failedMs);
  if (completed.length + failed.length === 0) return NO_HISTORY;
  const width = widthOf(completed);
  const kernels = [
    ...completed.map((mean) => ({ mean, width })),
    ...failed.map((mean) => ({ mean, width: FAILURE_WIDTH })),
  ];
  return tabulated(kernels, Math.exp(Math.max(...completed, ...failed)));
}

const logsOf = (durationsMs: readonly number[] = []): readonly number[] =>
  durationsMs
    .filter((ms) => Number.isFinite(ms) && ms >= 0)
    .slice(0, MAX_DURATIONS_SEEN)
    .map((ms) => Math.log(Math.max(1, ms)));

/**
 * Silverman's rule for the width of kernels. With few observations the deviation is drawn to {@link USUAL_SPREAD}.
 */
function widthOf(logs: readonly number[]): number {
  const count = Math.max(1, logs.length);
  const mean = logs.reduce((sum, log) => sum + log, 0) / count;
  const squares = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0);
  const variance =
    (squares + USUAL_SPREAD_WEIGHT * USUAL_SPREAD ** 2) / (count - 1 + USUAL_SPREAD_WEIGHT);
  return Math.max(MIN_WIDTH, 0.9 * Math.sqrt(variance) * count ** -0.2);
}

interface Mixed {
  readonly density: number;
  readonly survival: number;
}

function mixtureAt(ageMs: number, kernels: readonly Kernel[], longestMs: number): Mixed {
  let { density, survival } = scaleFreeAt(ageMs, longestMs);
  density *= PRIOR_WEIGHT;
  survival *= PRIOR_WEIGHT;
  for (const { mean, width } of kernels) {
    density += logNormalDensity(ageMs, mean, width);
    survival += logNormalSurvival(ageMs, mean, width);
  }
  return { density, survival };
}

/** Density: constant up to a small part of the longest duration, 1/t up to the longest, beyond it with hazard 1/t. */
function scaleFreeAt(ageMs: number, longestMs: number): Mixed {
  const leastMs = longestMs * PRIOR_REACH;
  const share = 1 / (2 - Math.log(PRIOR_REACH));
  if (ageMs <= leastMs) {
    return { density: share / leastMs, survival: 1 - (share * ageMs) / leastMs };
  }
  if (ageMs <= longestMs) {
    return { density: share / ageMs, survival: share * (1 + Math.log(longestMs / ageMs)) };
  }
  return { density: (share * longestMs) / ageMs ** 2, survival: (share * longestMs) / ageMs };
}

/**
 * The mixture at log-spaced ages, computed once. A poll then costs two look-ups, whatever the length of the history.
 */
function tabulated(kernels: readonly Kernel[], longestMs: number): DurationModel {
  const from = Math.log(longestMs * BELOW_LONGEST);
  const count = Math.ceil(Math.log(ABOVE_LONGEST / BELOW_LONGEST) / STEP) + 1;
  const hazards = new Float32Array(count);
  const cumulated = new Float32Array(count);
  for (let n = 0; n < count; n += 1) {
    const { density, survival } = mixtureAt(Math.exp(from + n * STEP), kernels, longestMs);
    hazards[n] = density / survival;
    cumulated[n] = -Math.log(survival);
  }
  const firstMs = Math.exp(from);
  const lastMs = Math.exp(from + (count - 1) * STEP);
  const [hazardAtFirst = 0] = hazards;
  const at = (table: Float32Array, ageMs: number): number => {
    const place = (Math.log(ageMs) - from) / STEP;
    const before = Math.min(Math.floor(place), count - 2);
    const low = table[before] ?? 0;
    return low + (place - before) * ((table[before + 1] ?? low) - low);
  };
  return {
    hazard(ageMs) {
      if (ageMs <= firstMs) return hazardAtFirst;
      return ageMs < lastMs ? at(hazards, ageMs) : 1 / ageMs;
    },
    cumulative(ageMs) {
      if (ageMs <= firstMs) return (cumulated[0] ?? 0) - hazardAtFirst * (firstMs - ageMs);
      if (ageMs < lastMs) return at(cumulated, ageMs);
      return (cumulated[count - 1] ?? 0) + Math.log(ageMs / lastMs);
    },
  };
}

const ROOT_2 = Math.SQRT2;
const ROOT_2_PI = Math.sqrt(2 * Math.PI);

/**
 * Complementary error function with a relative error below 1.2e-7 (Numerical Recipes, §6.2, "erfcc"). The error must
 * be relative, because the tail is divided by itself.
 */
function erfc(x: number): number {
  const z = Math.abs(x);
  const t = 1 / (1 + z / 2);
  const inner =
    -1.26551223 +
    t *
      (1.00002368 +
        t *
          (0.37409196 +
            t *
              (0.09678418 +
                t *
                  (-0.18628806 +
                    t *
                      (0.27886807 +
                        t *
                          (-1.13520398 +
                            t * (1.48851587 + t * (-0.82215223 + t * 0.17087277))))))));
  const tail = t * Math.exp(-z * z + inner);
  return x >= 0 ? tail : 2 - tail;
}

/** Density of the log-normal distribution. `mean` and `deviation` are of the logarithm. */
export function logNormalDensity(age: number, mean: number, deviation: number): number {
  const z = (Math.log(age) - mean) / deviation;
  return Math.exp((-z * z) / 2) / (ROOT_2_PI * deviation * age);
}

/** Share above `age` in the log-normal distribution. */
export const logNormalSurvival = (age: number, mean: number, deviation: number): number =>
  erfc((Math.log(age) - mean) / deviation / ROOT_2) / 2;
