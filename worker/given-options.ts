import type { KeysProblem } from '../client/credentials/chain.js';
import { unknownOptionText } from '../contract/suggest.js';
import { OPTION_NAMES, type OptionName } from './profile-options.js';

/** An unchecked value, and its place (variable, or option and file), with which a problem of it begins. */
export interface Given {
  readonly value: unknown;
  readonly place: string;
}

/** Options of one profile from one source. */
export type GivenOptions = Partial<Record<OptionName, Given>>;

export interface ProfileProblem {
  /** Absent where the profile is unknown: then no profile may be used. */
  readonly profile?: string;
  /** One sentence with place and remedy. It never quotes a value. */
  readonly text: string;
  /** Set where the problem is about keys. */
  readonly keys?: KeysProblem;
}

/** Profiles of one source by name, and its problems. */
export interface GivenProfiles {
  readonly profiles: ReadonlyMap<string, GivenOptions>;
  readonly problems: readonly ProfileProblem[];
}

const isOption = (name: string): name is OptionName =>
  (OPTION_NAMES as readonly string[]).includes(name);

export const isPlainObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Options of an object; unknown names are problems. @param placeOf returns the place of an option */
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
