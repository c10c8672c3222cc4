import { DataFlowInvalidInputError } from '../../client/errors.js';
import { inputProblems } from '../../client/operations/input-schemas.js';
import type { OperationInput, OperationName } from '../../contract/operations.js';
import type { GivenFlags } from '../run/option-flags.js';
import { readJson, readJsonFlag, readText } from '../read-text.js';
import { bodyMembersOf, flagsOf, type InputFlag } from './flags.js';

type Members = Record<string, unknown>;

/**
 * The checked input of an operation, from its flags and its body.
 * @param body file with the properties of the body as JSON; `-` is stdin
 * @throws DataFlowInvalidInputError naming all problems at once
 */
export async function readInput<Name extends OperationName>(
  name: Name,
  given: GivenFlags,
  body?: string,
): Promise<OperationInput<Name>> {
  const problems: string[] = [];
  const unread = new Set<string>();
  const flags = await membersOfFlags(flagsOf(name), given, { problems, unread });
  const members = body === undefined ? {} : await membersOfBody(name, body, { problems, unread });
  for (const member of Object.keys(members).filter((one) => Object.hasOwn(flags, one))) {
    problems.push(`${member}: given by --${member} and by the body; one of them must be left out`);
  }
  const input = { ...members, ...flags };
  // A property that could not be read is not reported as missing too.
  const isNews = (problem: string): boolean => !unread.has(problem.split(/[.:]/, 1)[0] ?? '');
  problems.push(...inputProblems(name, input).filter(isNews));
  if (problems.length > 0) throw new DataFlowInvalidInputError(`dataflow api ${name}`, problems);
  return input;
}

/** Problems so far, and the properties that could not be read. */
interface Found {
  readonly problems: string[];
  readonly unread: Set<string>;
}

async function membersOfFlags(
  flags: readonly InputFlag[],
  given: GivenFlags,
  { problems, unread }: Found,
): Promise<Members> {
  const members: Members = {};
  for (const { member, kind } of flags) {
    const value = given[member];
    if (value === undefined) continue;
    if (kind !== 'json') {
      members[member] = kind === 'number' ? toNumber(value) : value;
      continue;
    }
    const read = await readJsonFlag(`--${member}`, value as string);
    if ('value' in read) members[member] = read.value;
    else {
      problems.push(read.problem);
      unread.add(member);
    }
  }
  return members;
}

/** A string that is not a number stays unchanged; the check of the input refuses it. */
const toNumber = (value: unknown): unknown =>
  typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;

async function membersOfBody(
  name: OperationName,
  file: string,
  { problems, unread }: Found,
): Promise<Members> {
  const known = bodyMembersOf(name);
  const value = await bodyOf(file, problems);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    if (value !== undefined)
      problems.push('--body must hold a JSON object, e.g. {"name": "sales-extract"}');
    for (const member of known) unread.add(member);
    return {};
  }
  const unknown = Object.keys(value).filter((member) => !known.includes(member));
  for (const member of unknown) {
    problems.push(`--body: unknown property ${member.slice(0, 60)}; known are ${known.join(', ')}`);
  }
  return Object.fromEntries(Object.entries(value).filter(([member]) => known.includes(member)));
}

async function bodyOf(file: string, problems: string[]): Promise<unknown> {
  try {
    const read = readJson(file === '-' ? 'the body on stdin' : file, await readText(file));
    if ('value' in read) return read.value;
    problems.push(`--body: ${read.problem}`);
  } catch (error) {
    problems.push(`--body: ${(error as Error).message}`);
  }
  return undefined;
}
