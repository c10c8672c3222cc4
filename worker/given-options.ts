import {
  isRecord,
  mustText,
  type ObjectRule,
  type OptionTable,
  pathText,
  type Problem,
  problemsOf,
  unknownProperties,
} from '../contract/validate.js';

/** Where an option was set, for the message about it. */
interface Place {
  /** The option, or the variable that sets it. */
  readonly name: string;
  readonly file?: string;
}

/** An unchecked value and its place. */
export interface Given extends Place {
  readonly value: unknown;
}

/** Options of one source. */
export type GivenOptions = Readonly<Partial<Record<string, Given>>>;

export const valuesOf = (given: GivenOptions): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(given).map(([name, one]) => [name, one?.value]));

/** `timings.permitTtlMs (in /etc/profiles.yaml): must be …` */
const placedText = ({ name, file }: Place, path: Problem['path'], message: string): string =>
  `${pathText([name, ...path]) || 'options'}${file === undefined ? '' : ` (in ${file})`}: ${message}`;

/** The message about an option, with its place. @param above where the option is, if it was not set */
export function locate(
  { path: [name = '', ...rest], message }: Problem,
  given: GivenOptions,
  above = '',
): string {
  const place = given[name] ?? { name: pathText([above, name]) };
  return placedText(place, rest, message);
}

/** All problems of options by their table, each with its place. */
export const problemsOfGiven = (
  options: OptionTable,
  given: GivenOptions,
  above = '',
): readonly string[] =>
  problemsOf({ kind: 'object', options }, valuesOf(given)).map((problem) =>
    locate(problem, given, above),
  );

/** The properties of an object; those that its rule does not have are problems. */
export function givenIn(
  rule: ObjectRule,
  { value, ...place }: Given,
): { readonly given: GivenOptions; readonly problems: readonly string[] } {
  if (!isRecord(value)) return { given: {}, problems: [placedText(place, [], mustText(rule))] };
  return {
    given: Object.fromEntries(
      Object.entries(value)
        .filter(([name, one]) => Object.hasOwn(rule.options, name) && one !== undefined)
        .map(([name, one]) => [name, { ...place, value: one, name: pathText([place.name, name]) }]),
    ),
    problems: unknownProperties(rule, value).map(({ path, message }) =>
      placedText(place, path, message),
    ),
  };
}
