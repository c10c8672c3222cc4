import { type Command, Option } from 'commander';
import {
  type AnyOption,
  type OptionTable,
  defaultText,
  helpText,
  isRecord,
  mustText,
  pathText,
  type Problem,
  valueOfText,
} from '../../contract/validate.js';
import { readJsonFlag } from '../read-text.js';

/** What commander read, by the name of the flag in camel case. */
export type GivenFlags = Readonly<Record<string, unknown>>;

/** A flag, and the option that it sets. */
interface OptionFlag {
  readonly flag: Option;
  readonly option: AnyOption;
  readonly path: readonly string[];
}

/** The flags of a table of options; the flag of an object comes before those of its properties. */
export const flagsIn = (
  options: OptionTable,
  above: readonly string[] = [],
): readonly OptionFlag[] =>
  Object.entries(options).flatMap(([name, option]) => {
    const path = [...above, name];
    const own =
      option.flag === undefined ? [] : [{ flag: flagOf(option, option.flag), option, path }];
    return option.kind === 'object' ? [...own, ...flagsIn(option.options, path)] : own;
  });

function flagOf(option: AnyOption, form: string): Option {
  const isOptional = option.default !== undefined || option.unset !== undefined;
  const texts = [
    helpText(option),
    ...(isOptional ? [`Default: ${defaultText(option)}`] : []),
    ...(option.variable === undefined ? [] : [`Overrides ${option.variable}`]),
  ];
  const flag = new Option(form, texts.join('. '));
  return option.kind === 'map' ? flag.argParser<readonly string[] | undefined>(collect) : flag;
}

/** Parser of a flag that may be repeated: all values in order. */
export const collect = (one: string, all: readonly string[] = []): readonly string[] => [
  ...all,
  one,
];

export function addFlags(command: Command, flags: readonly OptionFlag[]): Command {
  for (const { flag } of flags) command.addOption(flag);
  return command;
}

interface ReadOptions {
  /** Properties that no flag sets. */
  readonly base: object;
  readonly check: (value: unknown) => readonly Problem[];
}

/** The value that the flags set, and its problems; each names its flag. */
export async function readFlags(
  flags: readonly OptionFlag[],
  given: GivenFlags,
  { base, check }: ReadOptions,
): Promise<{ readonly value: Readonly<Record<string, unknown>>; readonly problems: string[] }> {
  const problems: string[] = [];
  const value: Record<string, unknown> = { ...base };
  const used = flags.filter(({ flag }) => given[flag.attributeName()] !== undefined);
  for (const one of used) {
    const read = await readFlag(one, given[one.flag.attributeName()], problems);
    if (read !== undefined) setAt(value, one.path, read);
  }
  for (const { path, message } of check(value)) {
    const place = pathText(path);
    const flag = used.find((one) => pathText(one.path) === place)?.flag.long;
    problems.push(`${flag ?? place}: ${message}`);
  }
  return { value, problems };
}

/** The value of a flag. Undefined if it cannot be read; the reason is then added to `problems`. */
async function readFlag(
  { flag: { long }, option }: OptionFlag,
  given: unknown,
  problems: string[],
): Promise<unknown> {
  const name = long ?? '';
  switch (option.kind) {
    case 'integer':
    case 'number':
      return typeof given === 'string' ? valueOfText(option, given) : given;
    case 'map':
      return readPairs(name, given as readonly string[], problems);
    case 'object': {
      const read = await readJsonFlag(name, given as string);
      if ('value' in read && isRecord(read.value)) return read.value;
      problems.push('problem' in read ? read.problem : `${name}: ${mustText(option)}`);
      return undefined;
    }
    default:
      return given;
  }
}

function readPairs(
  flag: string,
  given: readonly string[],
  problems: string[],
): Readonly<Record<string, string>> {
  const values = new Map<string, string>();
  for (const one of given) {
    const at = one.indexOf('=');
    const name = one.slice(0, at);
    if (at < 1) problems.push(`${flag}: must be name=value`);
    else if (values.has(name)) problems.push(`${flag} ${name}: given twice`);
    else values.set(name, one.slice(at + 1));
  }
  return Object.fromEntries(values);
}

/** Sets a property; an object is merged into the present value. */
function setAt(root: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [name = '', ...rest] = path;
  const before = Object.hasOwn(root, name) ? root[name] : undefined;
  const inner = isRecord(before) ? { ...before } : {};
  if (rest.length > 0) setAt(inner, rest, value);
  root[name] = rest.length > 0 ? inner : isRecord(value) ? { ...inner, ...value } : value;
}
