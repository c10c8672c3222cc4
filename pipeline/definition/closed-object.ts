import { z } from 'zod';
import { suggestionText } from '../../contract/suggest.js';

/** Maximum number of unknown properties of one object that get a suggestion. */
const MAX_HINTS = 5;

/**
 * An object with these properties and no others. Its message for unknown properties has one line for each, in the order
 * of the issue's keys, so that each problem can be reported at its own place.
 */
export const closed = <Shape extends z.core.$ZodLooseShape>(shape: Shape, remedy: string) =>
  z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys
            .map((key, place) =>
              place < MAX_HINTS
                ? `unknown property${suggestionText(key, Object.keys(shape))}`
                : 'unknown property',
            )
            .join('\n')
        : remedy,
  });

/** String that must match; `remedy` is the message, also if it is missing. */
export const fitting = (pattern: RegExp, remedy: string) => z.string(remedy).regex(pattern, remedy);

export const whole = (least: number, most: number) => {
  const remedy = `must be an integer from ${least} to ${most}`;
  return z.int(remedy).min(least, remedy).max(most, remedy);
};

export const oneOf = <const Choices extends readonly [string, ...string[]]>(choices: Choices) =>
  z.enum(choices, `must be one of ${choices.join(', ')}`);

export const filledText = z.string('must be a string').min(1, 'must be a string that is not empty');

/** Description of an object that may also have properties `x-…` of the writer; they are dropped before the schema checks. */
export const extensible = (description: string) => ({
  description,
  patternProperties: { '^x-': {} },
});
