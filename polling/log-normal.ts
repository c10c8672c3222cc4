const ROOT_2 = Math.SQRT2;
const ROOT_2_PI = Math.sqrt(2 * Math.PI);

/**
 * The complementary error function, within 1.2e-7 of itself at any size (Numerical Recipes, §6.2, "erfcc").
 * Relative, so that far out a share of what is left stays right.
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

/** Density at `age` of ages whose logarithms are normal with this mean and deviation. */
export function logNormalDensity(age: number, mean: number, deviation: number): number {
  const z = (Math.log(age) - mean) / deviation;
  return Math.exp((-z * z) / 2) / (ROOT_2_PI * deviation * age);
}

/** Share of such ages that are above `age`. */
export const logNormalSurvival = (age: number, mean: number, deviation: number): number =>
  erfc((Math.log(age) - mean) / deviation / ROOT_2) / 2;
