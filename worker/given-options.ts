import type { KeysProblem } from '../client/credentials/chain.js';
import { unknownOptionText } from '../contract/suggest.js';
import { OPTION_NAMES, type OptionName } from './profile-options.js';

/** An unchecked value and its place: the name that a problem with it begins with. */
export interface Given {
  readonly value: unknown;
  readonly place: string;
}

/** Options that one place sets for one profile. */
export type GivenOptions = Partial<Record<OptionName, Given>>;

/** A problem of one profile, or of all of them. */
export interface ProfileProblem {
  /** Absent: the profile is unknown, so that none may be used. */
  readonly profile?: string;
  /** One sentence with place and remedy, no value of the place in it. */
  readonly text: string;
  /** It is about its keys, of which this is wrong. */
  readonly keys?: KeysProblem;
}

/** What a place gives for several profiles, by name, and what is wrong with it. */
export interface GivenProfiles {
  readonly profiles: ReadonlyMap<string, GivenOptions>;
  readonly problems: readonly ProfileProblem[];
}

const isOption = (name: string): name is OptionName =>
  (OPTION_NAMES as readonly string[]).includes(name);

export const isPlainObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An object of options, taken apart; unknown names are problems. @param placeOf names the place of an option */
export function givenIn(
  options: unknown,
  known: readonly OptionName[],
  placeOf: (name: OptionName) => string,
): { readonly given: GivenOptions; readonly problems: readonly string[] } {
  if (!isPlainObject(options)) return { given: {}, problems: ['its options must be an object'] };
  const given: GivenOptions = {};
  const problems: string[] = [];
  for (const [name, value] of Object.entries(options)) {
    if (!isOption(name) || !known.includes(name)) problems.push(unknownOptionText(name, known));
    else if (value !== undefined) given[name] = { value, place: placeOf(name) };
  }
  return { given, problems };
}
