import { type Duration, DURATION_RULE, durationMs } from './durations.js';
import { own } from './own.js';
import { suggest, suggestionText } from './suggest.js';

/**
 * Validator of all input: requests, states, messages, flags, properties of a pipeline. A table states for each option
 * what its value must be. Checks, flags, schemas and pages of docs/ are made from the table.
 */

interface StringRule {
  readonly kind: 'string';
  readonly pattern?: RegExp;
  readonly maxLength?: number;
  readonly mayBeEmpty?: true;
  readonly must?: string;
}
interface NumberRule {
  readonly kind: 'integer' | 'number';
  readonly min?: number;
  readonly max?: number;
  readonly unit?: string;
  readonly must?: string;
}
interface ListRule<Each = Rule> {
  readonly kind: 'list';
  readonly of: Each;
  /** @default 0 */
  readonly minLength?: number;
  readonly must?: string;
}
/** An object whose property names the caller chooses. */
interface MapRule<Each = Rule> {
  readonly kind: 'map';
  readonly of: Each;
  readonly must?: string;
}
export interface ObjectRule<Options = OptionTable> {
  readonly kind: 'object';
  readonly options: Options;
  /** Shown in the message about another value. */
  readonly example?: string;
  /** Unknown properties are accepted: a newer version may have written them. */
  readonly isOpen?: true;
  /** An unknown name is shown only if it has the form of an option: a key may have been put in its place. */
  readonly hidesNames?: true;
  /**
   * For an object that the package made: any problem in it is reported as one problem of the object, with this text.
   */
  readonly must?: string;
}
interface CustomRule {
  readonly kind: 'custom';
  readonly must: string;
  readonly isFit: (value: unknown) => boolean;
}
interface PlainRule {
  readonly kind: 'duration' | 'boolean';
  readonly must?: never;
}
interface ChoiceRule<Choice extends string = string> {
  readonly kind: 'choice';
  /** The choices and their meanings. */
  readonly choices: Readonly<Record<Choice, string>>;
  readonly must?: never;
}
export type Rule =
  StringRule | NumberRule | PlainRule | ChoiceRule | ListRule | MapRule | ObjectRule | CustomRule;

/** An option is required unless it has a default, or `unset` states what holds without it. */
interface Presence {
  readonly default?: unknown;
  readonly unset?: string;
}
export type AnyOption = Rule & Presence & Partial<About>;
export type OptionTable = Readonly<Record<string, AnyOption>>;

interface About {
  /** Its meaning in one sentence, without its default. */
  readonly about: string;
  /** Flag of the command line, e.g. `--run-timeout <duration>`. Absent: it has none. */
  readonly flag?: string;
  /** Variable of the environment that sets it. */
  readonly variable?: string;
  /** Present: a step of a pipeline may set it. An object holds what differs there. */
  readonly step?: true | (Presence & Pick<StringRule, 'pattern' | 'must'>);
}

type RuleFor<Value> =
  | CustomRule
  | ([Value] extends [boolean]
      ? { readonly kind: 'boolean' }
      : [Duration] extends [Value]
        ? { readonly kind: 'duration' }
        : [Value] extends [number]
          ? NumberRule
          : [Value] extends [string]
            ? string extends Value
              ? StringRule
              : ChoiceRule<Value>
            : [Value] extends [readonly (infer Each)[]]
              ? ListRule<RuleFor<Each>>
              : string extends keyof Value
                ? MapRule<RuleFor<Value[keyof Value]>>
                : ObjectRule<Shape<Value>>);

type PresenceFor<Value, IsOptional> = IsOptional extends true
  ? | { readonly default: Value; readonly unset?: never }
    | { readonly unset: string; readonly default?: never }
  : { readonly default?: never; readonly unset?: never };

/** Table of the options of an interface. A missing or surplus property, or one of another type, does not compile. */
export type Shape<Members> = {
  readonly [Name in keyof Members]-?: RuleFor<Exclude<Members[Name], undefined>> &
    PresenceFor<Exclude<Members[Name], undefined>, undefined extends Members[Name] ? true : false>;
};

/** As {@link Shape}, with texts for users. */
export type Options<Members> = {
  readonly [Name in keyof Members]-?: Shape<Members>[Name] & About;
};

type Path = readonly (string | number)[];

export interface Problem {
  readonly path: Path;
  readonly message: string;
}

/** Most unknown properties of one object that are reported. */
const MAX_UNKNOWN = 20;
const MAX_SHOWN_LENGTH = 100;

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The rule as text: `must be …`. */
export function mustText(rule: Rule): string {
  if (rule.must !== undefined) return rule.must;
  switch (rule.kind) {
    case 'string':
      return stringText(rule);
    case 'integer':
    case 'number':
      return numberText(rule);
    case 'duration':
      return DURATION_RULE;
    case 'boolean':
      return 'must be true or false';
    case 'choice':
      return `must be one of ${Object.keys(rule.choices).join(', ')}`;
    case 'list':
      return rule.of.kind === 'choice'
        ? `must be a list of ${Object.keys(rule.of.choices).join(' and ')}`
        : 'must be a list';
    case 'map':
      return rule.of.kind === 'string'
        ? 'must be an object whose values are strings'
        : 'must be an object';
    case 'object':
      return `must be an object${rule.example === undefined ? '' : `, e.g. ${rule.example}`}`;
  }
}

const stringText = ({ maxLength, mayBeEmpty }: StringRule): string =>
  `must be a string${mayBeEmpty ? '' : ' that is not empty'}` +
  (maxLength === undefined ? '' : `, at most ${maxLength} characters`);

function numberText({ kind, min, max, unit }: NumberRule): string {
  const what = kind === 'integer' ? 'an integer' : 'a number';
  const bounds =
    min === undefined ? '' : max === undefined ? ` of at least ${min}` : ` from ${min} to ${max}`;
  return `must be ${what}${bounds}${unit === undefined ? '' : ` (${unit})`}`;
}

/** All problems of a value; empty if there are none. Pure. */
export function problemsOf(rule: Rule, value: unknown, path: Path = []): readonly Problem[] {
  const wrong = (message: string): readonly Problem[] => [{ path, message }];
  const unless = (isFit: boolean): readonly Problem[] => (isFit ? [] : wrong(mustText(rule)));
  switch (rule.kind) {
    case 'string':
      return stringProblems(rule, value).flatMap(wrong);
    case 'integer':
    case 'number': {
      const isNumber = rule.kind === 'integer' ? Number.isSafeInteger : Number.isFinite;
      const { min = -Infinity, max = Infinity } = rule;
      const isFit = isNumber(value) && Number(value) >= min && Number(value) <= max;
      return isFit
        ? []
        : wrong(mustText(rule) + (typeof value === 'number' ? `; got ${value}` : ''));
    }
    case 'duration':
      return durationMs(value) === undefined
        ? wrong(`${DURATION_RULE}; got ${shown(JSON.stringify(value))}`)
        : [];
    case 'boolean':
      return unless(typeof value === 'boolean');
    case 'choice':
      return unless(typeof value === 'string' && Object.hasOwn(rule.choices, value));
    case 'list':
      return Array.isArray(value) && value.length >= (rule.minLength ?? 0)
        ? value.flatMap((one: unknown, index) => problemsOf(rule.of, one, [...path, index]))
        : unless(false);
    case 'map':
      return isRecord(value)
        ? Object.entries(value).flatMap(([name, one]) => problemsOf(rule.of, one, [...path, name]))
        : unless(false);
    case 'object':
      return isRecord(value) ? objectProblems(rule, value, path) : unless(false);
    case 'custom':
      return unless(rule.isFit(value));
  }
}

function stringProblems(rule: StringRule, value: unknown): readonly string[] {
  const { pattern = /^/, maxLength = Infinity, mayBeEmpty } = rule;
  if (typeof value !== 'string' || !pattern.test(value)) return [mustText(rule)];
  if (value === '' && !mayBeEmpty) return [mustText(rule)];
  return value.length > maxLength ? [`${mustText(rule)}; this one has ${value.length}`] : [];
}

function objectProblems(
  rule: ObjectRule,
  value: Readonly<Record<string, unknown>>,
  path: Path,
): readonly Problem[] {
  const { options, must } = rule;
  const problems = [
    ...unknownProperties(rule, value, path),
    ...Object.entries(options).flatMap(([name, option]) => {
      const one = own(value, name);
      const isOptional = option.default !== undefined || option.unset !== undefined;
      return one === undefined && isOptional ? [] : problemsOf(option, one, [...path, name]);
    }),
  ];
  const [first] = problems;
  if (must === undefined || first === undefined) return problems;
  const within = pathText(first.path.slice(path.length));
  return [{ path, message: `${must} (${within}: ${first.message})` }];
}

/** Form of a name that is no key: keys have capitals first, digits, or are long. */
const OPTION_NAME = /^[a-z][A-Za-z]{0,30}$/;

/** Problems of the properties that an object does not have by its rule. */
export function unknownProperties(
  { options, isOpen, hidesNames }: ObjectRule,
  value: Readonly<Record<string, unknown>>,
  path: Path = [],
): readonly Problem[] {
  const known = Object.keys(options);
  const isShown = (name: string): boolean =>
    hidesNames !== true || OPTION_NAME.test(name) || suggest(name, known) !== undefined;
  return Object.keys(value)
    .filter((name) => isOpen !== true && !Object.hasOwn(options, name))
    .slice(0, MAX_UNKNOWN)
    .map((name) => ({
      path: [...path, isShown(name) ? shown(name) : '(name not shown)'],
      message: `unknown property${suggestionText(name, known)}`,
    }));
}

const shown = (text: string | undefined = ''): string => text.slice(0, MAX_SHOWN_LENGTH);

/** `steps.extract.needs[0]`. */
export const pathText = (path: Path): string =>
  path.reduce<string>(
    (text, part) =>
      typeof part === 'number' ? `${text}[${part}]` : text === '' ? part : `${text}.${part}`,
    '',
  );

/** `jobCondition.numWorker: must be an integer from 2 to 10`; `whole` names the value itself. */
export const problemTexts = (problems: readonly Problem[], whole: string): readonly string[] =>
  problems.map(({ path, message }) => `${path.length === 0 ? whole : pathText(path)}: ${message}`);

/** What holds without the option, for readers. */
export const defaultText = ({ default: value, unset }: Presence): string =>
  unset ?? (Array.isArray(value) ? `[${value.join(', ')}]` : String(value));

/** Meaning of an option and of its choices. */
export function aboutText(option: AnyOption): string {
  const choices = 'choices' in option ? Object.entries(option.choices) : [];
  const meanings = choices.map(([choice, meaning]) => `${choice}: ${meaning}`).join('; ');
  return `${option.about ?? ''}${meanings === '' ? '' : ` ${meanings}.`}`;
}

/** {@link aboutText} as a part of a help text: in small letters, without full stop and backticks. */
export const helpText = (option: AnyOption): string =>
  aboutText(option)
    .replace(/\.$|`/g, '')
    .replace(/^[A-Z](?![A-Z])/, (first) => first.toLowerCase());

/**
 * The value that a text sets, of a flag or of a variable. A text that cannot be read as the rule demands stays as it
 * is: the check refuses it.
 */
export function valueOfText({ kind }: Rule, text: string): unknown {
  switch (kind) {
    case 'integer':
    case 'number': {
      const number = text.trim() === '' ? NaN : Number(text);
      return Number.isNaN(number) ? text : number;
    }
    case 'boolean':
      return own<boolean>(BOOLEAN_TEXTS, text.trim().toLowerCase()) ?? text;
    case 'list':
    case 'map':
    case 'object':
      try {
        return JSON.parse(text) as unknown;
      } catch {
        return text;
      }
    default:
      return text;
  }
}

const BOOLEAN_TEXTS = { true: true, '1': true, false: false, '0': false };

type WithDefaults<Table, Given> = Given & {
  readonly [
    Name in keyof Given & keyof Table as Table[Name] extends { readonly default: unknown }
      ? Name
      : never
  ]-?: Exclude<Given[Name], undefined>;
};

/** Options with the defaults of those that are left out or undefined. */
export const withDefaults = <Table extends OptionTable, Given extends object>(
  options: Table,
  given: Given,
): WithDefaults<Table, Given> =>
  Object.fromEntries(
    [
      ...Object.entries(options).map(([name, option]) => [name, option.default] as const),
      ...Object.entries(given).filter(([, value]) => value !== undefined),
    ].filter(([, value]) => value !== undefined),
  ) as WithDefaults<Table, Given>;

/** The options that a step of a pipeline may set, with their differences there. */
export const stepOptions = (options: OptionTable): OptionTable =>
  Object.fromEntries(
    Object.entries(options).flatMap(([name, option]) =>
      option.step === undefined
        ? []
        : [[name, { ...option, ...(option.step !== true && option.step) } as AnyOption] as const],
    ),
  );
