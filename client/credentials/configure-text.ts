import { clip } from '../clean-text.js';
import { isKey, KEY_RULE } from './credentials.js';
import type { Credentials } from '../http/signature.js';

/** NAVER's own name for the section that is taken when none is named. */
export const DEFAULT_SECTION = 'DEFAULT';

/** The text of `~/.ncloud/configure`, taken apart (NOTES §7.2). */
export interface ConfigureText {
  /** Members by section; what stands before any section line belongs to the default one. */
  readonly sections: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Names of sections, and of members within one, that stand twice. */
  readonly repeated: ReadonlySet<string>;
  /** Lines (from 1) that are no section, comment or `name = value`. */
  readonly unreadable: readonly number[];
}

/** What a section holds: a pair, nothing that concerns us, or something wrong. */
export type SectionKeys =
  | { readonly kind: 'keys'; readonly keys: Credentials; readonly section: string }
  | { readonly kind: 'none' | 'wrong'; readonly finding: string };

type Line =
  | { readonly kind: 'nothing' | 'unreadable' }
  | { readonly kind: 'section'; readonly name: string }
  | { readonly kind: 'member'; readonly name: string; readonly value: string };

const UNREADABLE: Line = { kind: 'unreadable' };
const isNothing = (text: string): boolean => text === '' || /^[#;]/.test(text);

const nameOfSection = (text: string): string =>
  text.toUpperCase() === DEFAULT_SECTION ? DEFAULT_SECTION : text;

/** Without quotes and without what follows as a comment. */
const plainValue = (text: string): string =>
  text
    .replace(/\s[#;].*$/, '')
    .trim()
    .replace(/^(["'])(.*)\1$/, '$2');

/** One line. Reads each character a few times at most, whatever stands there. */
function readLine(line: string): Line {
  const text = line.trim();
  if (isNothing(text)) return { kind: 'nothing' };
  if (text.startsWith('[')) {
    const end = text.indexOf(']');
    const name = text.slice(1, Math.max(1, end)).trim();
    if (name === '' || !isNothing(text.slice(end + 1).trim())) return UNREADABLE;
    return { kind: 'section', name: nameOfSection(name) };
  }
  const end = text.search(/[=:]/);
  const name = text.slice(0, Math.max(0, end)).trim();
  if (name === '' || /\s/.test(name)) return UNREADABLE;
  return {
    kind: 'member',
    name: name.toLowerCase(),
    value: plainValue(text.slice(end + 1).trim()),
  };
}

/** Takes Windows line ends, a byte order mark, comments with `#` or `;`, and spaces around anything. */
export function readConfigure(text: string): ConfigureText {
  const sections = new Map<string, Map<string, string>>();
  const repeated = new Set<string>();
  const unreadable: number[] = [];
  let current = DEFAULT_SECTION;
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
  for (const [index, text] of lines.entries()) {
    const line = readLine(text);
    if (line.kind === 'unreadable') unreadable.push(index + 1);
    if (line.kind === 'section') {
      current = line.name;
      if (sections.has(current)) repeated.add(`[${current}]`);
      else sections.set(current, new Map());
    }
    if (line.kind === 'member') {
      const members = sections.get(current) ?? new Map<string, string>();
      sections.set(current, members);
      if (members.has(line.name)) repeated.add(`[${current}] ${line.name}`);
      members.set(line.name, line.value);
    }
  }
  return { sections, repeated, unreadable };
}

const ACCESS = 'ncloud_access_key_id';
const SECRET = 'ncloud_secret_access_key';

/** NAVER's own names; another one that speaks of a key is one of them misspelt. */
const KNOWN = [ACCESS, SECRET, 'ncloud_api_url'];
const isMisspelt = (name: string): boolean => /key|secret/.test(name) && !KNOWN.includes(name);

/**
 * The pair of one section. A pair is never put together from two: not even the default one lends a half. `none` needs a
 * text that was read in full and speaks of no keys there: where keys were meant, those of the next place would belong to
 * another account.
 */
export function keysOfSection(
  { sections, repeated, unreadable }: ConfigureText,
  named: string | undefined,
): SectionKeys {
  const section = named === undefined ? DEFAULT_SECTION : nameOfSection(named);
  const members = sections.get(section) ?? new Map<string, string>();
  const where = `section [${section}]`;
  const lines =
    unreadable.length === 0 ? '' : ` (unreadable lines: ${unreadable.slice(0, 5).join(', ')})`;
  const wrong = (problem: string): SectionKeys => ({ kind: 'wrong', finding: problem });
  for (const name of ['', ` ${ACCESS}`, ` ${SECRET}`]) {
    if (repeated.has(`[${section}]${name}`))
      return wrong(`${where}${name} stands twice: leave one`);
  }
  const misspelt = [...members.keys()].find(isMisspelt);
  const isMeant = members.has(ACCESS) || members.has(SECRET) || misspelt !== undefined;
  if (!isMeant) {
    const finding = `${sections.has(section) ? 'no keys in' : 'no'} ${where}${lines}`;
    return { kind: lines === '' ? 'none' : 'wrong', finding };
  }
  const [accessKey, secretKey] = [members.get(ACCESS) ?? '', members.get(SECRET) ?? ''];
  for (const [name, value] of [
    [ACCESS, accessKey],
    [SECRET, secretKey],
  ] as const) {
    const instead = misspelt === undefined ? '' : `; it has ${clip(misspelt, 40)}`;
    if (value === '') return wrong(`${where} lacks ${name}${instead}${lines}`);
    if (!isKey(value)) return wrong(`${where}: ${name} ${KEY_RULE}`);
  }
  return { kind: 'keys', keys: Object.freeze({ accessKey, secretKey }), section };
}
