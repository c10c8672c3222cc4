import { type Command, Option } from 'commander';
import { DataFlowInvalidInputError } from '../../client/errors.js';
import { durationMs } from '../../contract/durations.js';
import { JOB_BY_NAME_OPTIONS, jobByNameProblems } from '../../contract/run-options.js';
import type { JobByName } from '../../contract/run.js';
import {
  aboutText,
  type AnyOption,
  type AnyOptions,
  defaultText,
  isRecord,
  mustText,
  pathText,
} from '../../contract/validate.js';
import { collect } from '../collect.js';
import { readJsonFlag } from '../read-text.js';

/** What commander read, by the name of the flag in camel case. */
export type RunFlags = Readonly<Record<string, unknown>>;

/** A flag, and the option that it sets. */
interface RunFlag {
  readonly flag: Option;
  readonly option: AnyOption;
  readonly path: readonly string[];
}

/** The flags of a table of options, an object's own before those of its members. */
const flagsIn = (options: AnyOptions, above: readonly string[] = []): readonly RunFlag[] =>
  Object.entries(options).flatMap(([name, option]) => {
    const path = [...above, name];
    const own =
      option.flag === undefined ? [] : [{ flag: flagOf(option, option.flag), option, path }];
    return option.kind === 'object' ? [...own, ...flagsIn(option.options, path)] : own;
  });

function flagOf(option: AnyOption, form: string): Option {
  const isOptional = option.default !== undefined || option.unset !== undefined;
  const about = `${aboutText(option)}${isOptional ? ` Default: ${defaultText(option)}` : ''}`;
  const flag = new Option(
    form,
    about.replace(/\.$/, '').replace(/^./, (first) => first.toLowerCase()),
  );
  return option.kind === 'map'
    ? flag.argParser<readonly string[] | undefined>((one, all) => collect(one, all ?? []))
    : flag;
}

const RUN_FLAGS = flagsIn(JOB_BY_NAME_OPTIONS);

export function addRunFlags(command: Command): Command {
  for (const { flag } of RUN_FLAGS) command.addOption(flag);
  return command;
}

/** A remote timeout has whole minutes, and preparing a start takes a moment. */
const MIN_RUN_MS = 60_000;

/**
 * The request of a run; nothing has been sent. It has what was given: everything else is the workflow's default.
 * @throws DataFlowInvalidInputError naming all problems at once
 */
export async function readRunRequest(job: string, flags: RunFlags): Promise<JobByName> {
  const problems: string[] = [];
  const request: Record<string, unknown> = { job };
  const given = RUN_FLAGS.filter(({ flag }) => flags[flag.attributeName()] !== undefined);
  for (const one of given) {
    const value = await readFlag(one, flags[one.flag.attributeName()], problems);
    if (value !== undefined) setAt(request, one.path, value);
  }
  for (const { path, message } of jobByNameProblems(request)) {
    const place = pathText(path);
    const flag = given.find((one) => pathText(one.path) === place)?.flag.long ?? place;
    problems.push(`${flag}: ${message}`);
  }
  if ((durationMs(request['runTimeout']) ?? Infinity) <= MIN_RUN_MS)
    problems.push(
      '--run-timeout: must be more than 1m: nothing is started with less than a minute left',
    );
  if (problems.length > 0) throw new DataFlowInvalidInputError('dataflow run', problems);
  return request as unknown as JobByName;
}

/** The value of a flag; undefined, and a problem, if it cannot be read. */
async function readFlag(
  { flag: { long }, option }: RunFlag,
  given: unknown,
  problems: string[],
): Promise<unknown> {
  const name = long ?? '';
  switch (option.kind) {
    case 'integer':
    case 'number':
      // A string that is not a number stays unchanged, for the check to refuse.
      return typeof given === 'string' && /^\d+(\.\d+)?$/.test(given) ? Number(given) : given;
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

/** Sets a property; an object is merged over what stands there. */
function setAt(root: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [name = '', ...rest] = path;
  const before = Object.hasOwn(root, name) ? root[name] : undefined;
  const inner = isRecord(before) ? { ...before } : {};
  if (rest.length > 0) setAt(inner, rest, value);
  root[name] = rest.length > 0 ? inner : isRecord(value) ? { ...inner, ...value } : value;
}
